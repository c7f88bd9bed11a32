using Dapper;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reporting;

/// <summary>Sums over the ledger that only reports show.</summary>
public sealed class PostgresReportSource(PostgresConnections connections) : IReportSource
{
    public Task<IReadOnlyList<RejectCount>> CountRejectsAsync(RunContext run, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<RejectCount>>(async connection =>
            [.. await connection.QueryAsync<RejectCount>(new CommandDefinition(
                """
                SELECT r.entity AS "Entity", r.column_name AS "Column", r.rule AS "Rule", count(*) AS "Rows"
                FROM migration.rejected_row AS r
                JOIN migration.run_tenant AS t ON t.run_id = @RunId AND t.tenant_id = r.tenant_id
                WHERE r.ledger = @Ledger AND r.manifest = @manifest AND r.entity = ANY (@entities) AND r.closed_as IS NULL
                GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
                """,
                new
                {
                    run.RunId, run.Ledger, manifest = run.Manifest.Name, entities = Entities(run),
                }, cancellationToken: cancellationToken))], cancellationToken);

    public Task<IReadOnlyList<RejectLine>> ListRejectsAsync(
        RunContext run, RejectFilter filter, int skip, int take, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<RejectLine>>(async connection =>
            [.. await connection.QueryAsync<RejectLine>(new CommandDefinition(
                """
                SELECT t.tenant_key AS "Tenant", r.entity AS "Entity", r.batch_no AS "Batch", r.legacy_key AS "LegacyKey",
                       r.column_name AS "Column", r.rule AS "Rule", r.reason AS "Reason", r.closed_as AS "ClosedAs",
                       r.closed_run_id AS "ClosedBy"
                FROM migration.rejected_row AS r
                JOIN migration.run_tenant AS t ON t.run_id = @RunId AND t.tenant_id = r.tenant_id
                WHERE r.ledger = @Ledger AND r.manifest = @manifest AND r.entity = ANY (@entities)
                  AND (@Tenant::text IS NULL OR t.tenant_key = @Tenant) AND (@Entity::text IS NULL OR r.entity = @Entity)
                  AND (@Rule::text IS NULL OR r.rule = @Rule)
                  AND (@isClosed::boolean IS NULL OR (r.closed_as IS NOT NULL) = @isClosed)
                ORDER BY t.ordinal, r.entity, r.batch_no, r.legacy_key, r.column_name, r.rule OFFSET @skip LIMIT @take
                """,
                new
                {
                    run.RunId, run.Ledger, manifest = run.Manifest.Name, entities = Entities(run), filter.Tenant, filter.Entity,
                    filter.Rule, skip, take,
                    isClosed = filter.State == RejectState.All ? (bool?)null : filter.State == RejectState.Closed,
                }, cancellationToken: cancellationToken))], cancellationToken);

    // A run's batches all end within it, so its steps are counted from its first one.
    public Task<IReadOnlyList<ThroughputStep>> GetThroughputAsync(
        string runId, int most, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ThroughputStep>>(async connection =>
            [.. (await connection.QueryAsync<(DateTime From, double Seconds, long Rows)>(new CommandDefinition(
                """
                WITH batch AS (
                  SELECT done_at, rows_read FROM migration.batch_state WHERE run_id = @runId AND state = 'done'),
                span AS (
                  SELECT min(done_at) AS first, greatest(1, ceil((extract(epoch FROM max(done_at) - min(done_at)) + 0.001) / @most))
                    AS seconds FROM batch),
                step AS (
                  SELECT n, first + make_interval(secs => n * seconds::float8) AS at, seconds FROM span, generate_series(0, @most - 1) AS n),
                sums AS (
                  SELECT floor(extract(epoch FROM done_at - first) / seconds)::int AS n, sum(rows_read)::bigint AS rows
                  FROM batch, span GROUP BY 1)
                SELECT step.at, step.seconds::float8, coalesce(sums.rows, 0)
                FROM step LEFT JOIN sums ON sums.n = step.n WHERE step.n <= (SELECT max(n) FROM sums) ORDER BY step.n
                """, new { runId, most }, cancellationToken: cancellationToken)))
                .Select(s => new ThroughputStep(new DateTimeOffset(s.From), s.Seconds, s.Rows))], cancellationToken);

    static string[] Entities(RunContext run) => [.. run.SelectedEntities.Select(e => e.Name)];

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("schema migration", work, cancellationToken);
}
