using Dapper;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>The one way into migration.audit_log, within whatever transaction the caller has.</summary>
static class AuditLog
{
    public static Task WriteAsync(
        NpgsqlConnection connection, string runId, string action, string? detail, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO migration.audit_log (run_id, action, detail, at) VALUES (@runId, @action, @detail, @at)",
            new { runId, action, detail, at = at.UtcDateTime }, cancellationToken: cancellationToken));
}
