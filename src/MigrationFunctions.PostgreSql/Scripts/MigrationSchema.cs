using DbUp;
using DbUp.Postgresql;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Scripts;

/// <summary>Creates and upgrades schema <c>migration</c> by versioned scripts. Safe when several processes start at
/// once: they queue on an advisory lock, and the later ones find nothing to do.</summary>
public sealed class MigrationSchema(PostgresConnections connections)
{
    const long UpgradeLock = 0x4D49_4752_4154_45; // "MIGRATE"
    volatile bool _isCurrent;

    /// <exception cref="MigrationException">MIG4001, MIG4002, MIG4003 or MIG4007.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_isCurrent)
            return;
        await connections.RunAsync("schema migration", async connection =>
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_lock({UpgradeLock})", cancellationToken);
            try
            {
                Upgrade(connection);
                await GrantAsync(connection, cancellationToken);
            }
            finally
            {
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({UpgradeLock})", CancellationToken.None);
            }
            return 0;
        }, cancellationToken);
        _isCurrent = true;
    }

    void Upgrade(NpgsqlConnection connection)
    {
        using var own = connections.BuildWriter();
        var upgrade = DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(own))
            .JournalToPostgresqlTable("migration", "schema_version")
            .WithScriptsEmbeddedInAssembly(typeof(MigrationSchema).Assembly)
            .WithTransaction()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build();
        // Asked first: CREATE SCHEMA IF NOT EXISTS wants the right to create even where there is nothing to do.
        using (var exists = new NpgsqlCommand("SELECT to_regnamespace('migration') IS NOT NULL", connection))
            if (!(bool)exists.ExecuteScalar()!)
                using (var create = new NpgsqlCommand("CREATE SCHEMA migration", connection))
                    create.ExecuteNonQuery();
        var result = upgrade.PerformUpgrade();
        if (!result.Successful)
            throw result.Error is NpgsqlException e ? e : new MigrationException(new Problem(
                ErrorCodes.TargetCommandFailed, "schema migration", result.Error.Message,
                "Correct the target, then start again."));
    }

    // The direct identity records its batches in the same transaction as its rows, and owns the tables whose definitions it
    // drops and makes again. Of all else that stands in the schema it sees nothing: neither rejected rows nor the audit log.
    async Task GrantAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!connections.HasDirect)
            return;
        var (writer, role) = (await NameAsync(connection, cancellationToken), await DirectNameAsync(cancellationToken));
        if (role == writer)
            return;
        await ExecuteAsync(
            connection,
            $"""
            REVOKE ALL ON ALL TABLES IN SCHEMA migration FROM {role};
            GRANT USAGE ON SCHEMA migration TO {role};
            GRANT SELECT, UPDATE ON migration.batch_state TO {role};
            GRANT INSERT ON migration.rejected_row TO {role};
            GRANT SELECT ON migration.run_control TO {role};
            GRANT SELECT (run_id, ending, finished_at) ON migration.run TO {role};
            GRANT SELECT (repair_id, finished_at) ON migration.repair TO {role};
            GRANT SELECT, INSERT ON migration.dry_run_id TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON migration.dropped_definition TO {role}
            """,
            cancellationToken);
    }

    async Task<string> DirectNameAsync(CancellationToken cancellationToken)
    {
        await using var direct = await connections.OpenAsync(connections.Direct, cancellationToken);
        return await NameAsync(direct, cancellationToken);
    }

    static async Task<string> NameAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var who = new NpgsqlCommand("SELECT quote_ident(current_user)", connection);
        return (string)(await who.ExecuteScalarAsync(cancellationToken))!;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
