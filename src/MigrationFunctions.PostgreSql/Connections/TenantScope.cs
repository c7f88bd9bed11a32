using Dapper;
using MigrationFunctions.Core.Model;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>Tells the policies of row-level security which tenant a transaction is for. It is forgotten with the transaction
/// (PostgreSQL documentation, 9.27.1, <c>is_local</c>): a pooled session never carries a tenant to whoever gets it next.</summary>
static class TenantScope
{
    /// <summary>With parameters <c>@tenant</c>, a text, and <c>@settings</c>.</summary>
    public const string Sql = "SELECT set_config(setting, @tenant, true) FROM unnest(@settings) AS setting";

    /// <summary>All that tables of a run's manifest read a tenant from.</summary>
    public static string[] SettingsOf(RunContext run) => [.. run.Manifest.Entities.Select(e => e.Target.TenantSetting).Distinct()];

    /// <summary>In the transaction that the connection is in.</summary>
    public static Task EnterAsync(
        NpgsqlConnection connection, string[] settings, Guid tenant, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            Sql, new { tenant = tenant.ToString(), settings }, cancellationToken: cancellationToken));
}
