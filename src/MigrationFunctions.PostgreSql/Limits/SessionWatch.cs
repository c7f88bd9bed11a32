using Dapper;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Limits;

/// <summary>Several quick looks at what the run's own sessions are doing (PostgreSQL documentation, 27.2,
/// pg_stat_activity). A role sees the waits of its own sessions, so each identity looks at its own.</summary>
static class SessionWatch
{
    const int Looks = 4;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    // A session that waits for its client waits for the source or for this process, which says nothing of the target;
    // one that waits for an advisory lock waits for another execution of its batch.
    const string Sql =
        """
        SELECT CASE WHEN wait_event_type IN ('Lock', 'LWLock', 'IO', 'BufferPin', 'IPC')
                     AND NOT (wait_event_type = 'Lock' AND wait_event = 'advisory')
                    THEN wait_event_type || ':' || wait_event END AS WaitsFor
        FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND state = 'active'
        """;

    public static async Task<List<Sighting>> LookAsync(
        PostgresConnections connections, TimeProvider clock, CancellationToken cancellationToken)
    {
        var sightings = new List<Sighting>();
        for (var look = 0; look < Looks; look++)
        {
            if (look > 0)
                await Task.Delay(Pause, clock, cancellationToken);
            foreach (var identity in connections.Identities)
                sightings.AddRange(await connections.RunAsync(
                    identity, "pg_stat_activity", connection => connection.QueryAsync<Sighting>(
                        new CommandDefinition(Sql, cancellationToken: cancellationToken)), cancellationToken));
        }
        return sightings;
    }
}

/// <summary>A session that was seen at work.</summary>
/// <param name="WaitsFor">What it waited for within the server, or null.</param>
sealed record Sighting(string? WaitsFor);

/// <summary>How long rows take, by the ledger.</summary>
static class RecentBatches
{
    // A batch of few rows takes as long as its round trips, whatever the target's state.
    const int FewestRows = 1_000;

    public static async Task<IReadOnlyDictionary<string, double>> MicrosecondsPerRowAsync(
        NpgsqlConnection connection, Core.Model.RunContext run, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Entity, double Microseconds)>(new CommandDefinition(
            """
            SELECT entity, percentile_cont(0.5) WITHIN GROUP (
                     ORDER BY extract(epoch FROM done_at - began_at)::float8 * 1e6 / rows_read)
            FROM migration.batch_state
            WHERE ledger = @Ledger AND manifest = @Manifest AND run_id = @RunId AND state = 'done'
              AND done_at > @since AND rows_read >= @fewest AND began_at IS NOT NULL
            GROUP BY entity
            """,
            new { run.Ledger, Manifest = run.Manifest.Name, run.RunId, since = since.UtcDateTime, fewest = FewestRows },
            cancellationToken: cancellationToken));
        return rows.ToDictionary(r => r.Entity, r => r.Microseconds, StringComparer.Ordinal);
    }
}
