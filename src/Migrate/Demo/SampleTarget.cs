using System.Security.Cryptography;
using LocalPostgres;
using Npgsql;

namespace Migrate.Demo;

/// <summary>The sample's target database: the schema of <c>manifests/school-district.target.sql</c> and its two roles with
/// fresh random passwords.</summary>
/// <param name="Admin">A superuser, to look at what was written.</param>
/// <param name="Writer">The least-privileged role that row-level security holds to one tenant.</param>
/// <param name="Direct">The role that may bypass row-level security.</param>
public sealed record SampleTarget(string Admin, string Writer, string Direct)
{
    /// <summary>Creates the database anew.</summary>
    public static async Task<SampleTarget> CreateAsync(PostgresServer server, string database, CancellationToken cancellationToken)
    {
        await server.DropDatabaseAsync(database, cancellationToken);
        var admin = await server.CreateDatabaseAsync(database, cancellationToken);
        await using var source = NpgsqlDataSource.Create(admin);
        var script = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "manifests", "school-district.target.sql"), cancellationToken);
        await ExecuteAsync(source, script, cancellationToken);
        return new SampleTarget(
            admin, await LoginAsync(source, admin, "migration_writer", cancellationToken),
            await LoginAsync(source, admin, "migration_direct", cancellationToken));
    }

    static async Task<string> LoginAsync(NpgsqlDataSource source, string admin, string role, CancellationToken cancellationToken)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await ExecuteAsync(source, $"ALTER ROLE {role} PASSWORD '{password}'", cancellationToken);
        return new NpgsqlConnectionStringBuilder(admin) { Username = role, Password = password }.ConnectionString;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
