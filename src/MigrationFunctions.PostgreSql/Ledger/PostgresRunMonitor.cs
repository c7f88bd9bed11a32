using Dapper;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>How the runs of a target are doing, asked of what is committed.</summary>
public sealed class PostgresRunMonitor(PostgresConnections connections) : IRunMonitor
{
    // A look that takes longer is worth nothing: the next one is due.
    const int TimeoutSeconds = 15;

    public Task<IReadOnlyDictionary<string, long>> CountActiveAsync(bool rehearsals, CancellationToken cancellationToken) =>
        CountAsync(
            """
            SELECT manifest, count(*) FILTER (WHERE finished_at IS NULL) FROM migration.run
            WHERE (mode = 'Rehearsal') = @rehearsals GROUP BY manifest
            """, new { rehearsals }, cancellationToken);

    public Task<IReadOnlyList<ActiveRun>> GetActiveAsync(bool rehearsals, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ActiveRun>>(async connection =>
        {
            var parameters = new { rehearsals, window = LiveFigures.Window.TotalSeconds };
            var tenants = (await QueryAsync<TenantRow>(connection, TenantsSql, parameters, cancellationToken))
                .ToLookup(t => t.RunId, t => new MonitoredTenant(t.Key, t.TimeZone));
            return [.. (await QueryAsync<ActiveRow>(connection, ActiveSql, parameters, cancellationToken)).Select(
                r => new ActiveRun(
                    r.RunId, r.Manifest, StoredJson.Read<RunLimits>(r.Limits),
                    [.. tenants[r.RunId]], TimeSpan.FromSeconds(Math.Max(0, r.IdleSeconds)), r.RowsPerSecond))];
        }, cancellationToken);

    public Task<IReadOnlyDictionary<string, double>> GetRehearsalRatesAsync(CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, double>>(async connection =>
            (await QueryAsync<(string Manifest, double Rate)>(
                connection,
                """
                SELECT r.manifest, b.rate FROM (
                  SELECT DISTINCT ON (manifest) manifest, ledger, run_id FROM migration.run
                  WHERE mode = 'Rehearsal' AND state IN ('completed', 'completedWithRejects')
                  ORDER BY manifest, finished_at DESC) AS r
                CROSS JOIN LATERAL (
                  SELECT sum(rows_read)::float8 / greatest(extract(epoch FROM max(done_at) - min(began_at)), 1)::float8 AS rate
                  FROM migration.batch_state
                  WHERE ledger = r.ledger AND manifest = r.manifest AND run_id = r.run_id AND state = 'done') AS b
                WHERE b.rate IS NOT NULL
                """, null, cancellationToken)).ToDictionary(r => r.Manifest, r => r.Rate, StringComparer.Ordinal),
            cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountOverRejectLimitAsync(
        bool rehearsals, TimeSpan within, CancellationToken cancellationToken) =>
        CountAsync(
            """
            WITH rejected AS MATERIALIZED (
              SELECT ledger, manifest, tenant_id, count(*) AS rows FROM migration.rejected_row
              WHERE closed_as IS NULL GROUP BY ledger, manifest, tenant_id)
            SELECT r.manifest, count(*) FILTER (WHERE r.requested_at > now() - make_interval(secs => @seconds) AND EXISTS (
              SELECT 1 FROM rejected AS o JOIN migration.run_tenant AS t ON t.run_id = r.run_id AND t.tenant_id = o.tenant_id
              WHERE o.ledger = r.ledger AND o.manifest = r.manifest
                AND o.rows > (c.limits::jsonb ->> 'rejectLimit')::bigint))
            FROM migration.run AS r JOIN migration.run_control AS c ON c.run_id = r.run_id
            WHERE (r.mode = 'Rehearsal') = @rehearsals GROUP BY r.manifest
            """, new { rehearsals, seconds = within.TotalSeconds }, cancellationToken);

    const string ActiveSql =
        """
        SELECT r.run_id AS RunId, r.manifest AS Manifest, c.limits AS Limits,
               extract(epoch FROM clock_timestamp() - greatest(r.requested_at, b.done_at))::float8 AS IdleSeconds,
               b.recent / @window AS RowsPerSecond
        FROM migration.run AS r
        JOIN migration.run_control AS c ON c.run_id = r.run_id
        CROSS JOIN LATERAL (
          SELECT max(done_at) AS done_at, coalesce(sum(rows_read) FILTER (
                   WHERE done_at > clock_timestamp() - make_interval(secs => @window)), 0)::float8 AS recent
          FROM migration.batch_state
          WHERE ledger = r.ledger AND manifest = r.manifest AND run_id = r.run_id AND state = 'done') AS b
        WHERE r.finished_at IS NULL AND (r.mode = 'Rehearsal') = @rehearsals
        """;

    const string TenantsSql =
        """
        SELECT t.run_id AS RunId, min(t.tenant_key) AS Key, t.time_zone AS TimeZone
        FROM migration.run AS r JOIN migration.run_tenant AS t ON t.run_id = r.run_id
        WHERE r.finished_at IS NULL AND (r.mode = 'Rehearsal') = @rehearsals AND t.state IN ('pending', 'running')
        GROUP BY t.run_id, t.time_zone
        """;

    Task<IReadOnlyDictionary<string, long>> CountAsync(
        string sql, object parameters, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, long>>(async connection =>
            (await QueryAsync<(string Manifest, long Runs)>(connection, sql, parameters, cancellationToken))
                .ToDictionary(r => r.Manifest, r => r.Runs, StringComparer.Ordinal), cancellationToken);

    static Task<IEnumerable<T>> QueryAsync<T>(
        NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.QueryAsync<T>(new CommandDefinition(
            sql, parameters, commandTimeout: TimeoutSeconds, cancellationToken: cancellationToken));

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.run", work, cancellationToken);

    sealed class ActiveRow
    {
        public string RunId { get; init; } = "";
        public string Manifest { get; init; } = "";
        public string Limits { get; init; } = "";
        public double IdleSeconds { get; init; }
        public double RowsPerSecond { get; init; }
    }

    sealed class TenantRow
    {
        public string RunId { get; init; } = "";
        public string Key { get; init; } = "";
        public string? TimeZone { get; init; }
    }
}
