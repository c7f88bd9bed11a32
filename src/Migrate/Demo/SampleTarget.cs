using System.Security.Cryptography;
using LocalPostgres;
using Npgsql;

namespace Migrate.Demo;

/// <summary>The sample's target database: the roles of <c>infra/sql/target.sql</c> with fresh random passwords, and the tables
/// of <c>manifests/school-district.target.sql</c>.</summary>
/// <param name="Admin">A superuser, to look at what was written.</param>
/// <param name="Writer">The least-privileged role that row-level security holds to one tenant.</param>
/// <param name="Direct">The role that may bypass row-level security.</param>
public sealed record SampleTarget(string Admin, string Writer, string Direct)
{
    const int PatienceSeconds = 300;

    // A sample loads, drops indexes and builds them again: the grant that a real target gives for the time of a load.
    const string LoadSettings = "SELECT set_config('setup.direct_owns_tables', 'on', false);\n";

    /// <summary>Creates the database anew.</summary>
    public static async Task<SampleTarget> CreateAsync(PostgresServer server, string database, CancellationToken cancellationToken)
    {
        await server.DropDatabaseAsync(database, cancellationToken);
        var admin = await server.CreateDatabaseAsync(database, cancellationToken);
        await using var source = NpgsqlDataSource.Create(admin);
        await ExecuteAsync(source, LoadSettings + await ReadAsync("infra/sql/target.sql", cancellationToken), cancellationToken);
        await ExecuteAsync(source, await ReadAsync("manifests/school-district.target.sql", cancellationToken), cancellationToken);
        return new SampleTarget(
            admin, await LoginAsync(source, admin, "migration_writer", cancellationToken),
            await LoginAsync(source, admin, "migration_direct", cancellationToken));
    }

    static Task<string> ReadAsync(string script, CancellationToken cancellationToken) =>
        File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, script), cancellationToken);

    static async Task<string> LoginAsync(NpgsqlDataSource source, string admin, string role, CancellationToken cancellationToken)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await ExecuteAsync(source, $"ALTER ROLE {role} PASSWORD '{password}'", cancellationToken);
        return new NpgsqlConnectionStringBuilder(admin) { Username = role, Password = password }.ConnectionString;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = PatienceSeconds;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
