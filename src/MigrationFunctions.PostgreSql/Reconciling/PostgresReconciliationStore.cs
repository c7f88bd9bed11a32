using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Reconciliations and their verdicts in schema <c>migration</c>.</summary>
public sealed class PostgresReconciliationStore(PostgresConnections connections) : IReconciliationStore
{
    public Task AddAsync(
        ReconciliationContext context, IReadOnlyList<Tenant> tenants, DateTimeOffset requestedAt,
        CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var run = context.Run;
            var added = await connection.ExecuteAsync(Command(
                """
                INSERT INTO migration.reconciliation
                  (reconciliation_id, manifest, mode, ledger, depth, trigger, context, seed, requested_at)
                VALUES (@Id, @Manifest, @Mode, @Ledger, @Depth, @Trigger, @Context, @Seed, @RequestedAt)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    context.Id, Manifest = run.Manifest.Name, Mode = run.Mode.ToString(), run.Ledger,
                    Depth = context.Depth.ToString(), context.Trigger, context.Seed,
                    Context = StoredJson.Write(context),
                    RequestedAt = requestedAt.UtcDateTime,
                }, cancellationToken));
            if (added == 0)
                return 0;
            await connection.ExecuteAsync(Command(
                """
                INSERT INTO migration.reconciliation_item
                  (reconciliation_id, ordinal, tenant_id, tenant_key, tenant_name, time_zone, entity)
                SELECT @Id, row_number() OVER (ORDER BY e.n, t.n) - 1, t.id, t.key, t.name, t.zone, e.name
                FROM unnest(@Ids, @Keys, @Names, @Zones) WITH ORDINALITY AS t(id, key, name, zone, n)
                CROSS JOIN unnest(@Entities) WITH ORDINALITY AS e(name, n)
                """,
                new
                {
                    context.Id, Ids = tenants.Select(t => t.Id).ToArray(), Keys = tenants.Select(t => t.Key).ToArray(),
                    Names = tenants.Select(t => t.Name).ToArray(), Zones = tenants.Select(t => t.TimeZone).ToArray(),
                    Entities = run.SelectedEntities.Select(e => e.Name).ToArray(),
                }, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    public Task<ReconciliationContext?> FindAsync(string id, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
            await connection.ExecuteScalarAsync<string?>(Command(
                "SELECT context FROM migration.reconciliation WHERE reconciliation_id = @id", new { id }, cancellationToken))
                is { } context ? StoredJson.Read<ReconciliationContext>(context) : null,
            cancellationToken);

    public Task<Reconciliation?> GetAsync(string id, int differencesOfSlice, CancellationToken cancellationToken) =>
        RunAsync(connection => ReconciliationQuery.GetAsync(connection, id, differencesOfSlice, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ReconciliationSummary>> ListAsync(int count, CancellationToken cancellationToken) =>
        RunAsync(connection => ReconciliationQuery.ListAsync(connection, count, cancellationToken), cancellationToken);

    public Task<string?> FindRunningOfTimerAsync(string manifest, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteScalarAsync<string?>(Command(
            """
            SELECT reconciliation_id FROM migration.reconciliation
            WHERE manifest = @manifest AND trigger = @trigger AND state = 'running' ORDER BY requested_at DESC LIMIT 1
            """, new { manifest, trigger = ReconciliationTriggers.Timer }, cancellationToken)), cancellationToken);

    public Task<IReadOnlyList<ReconciliationItem>> GetItemsAsync(
        string id, int from, int count, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ReconciliationItem>>(async connection =>
            (await connection.QueryAsync<ReconciliationItem>(Command(
                """
                SELECT ordinal AS Ordinal, tenant_id AS TenantId, tenant_key AS TenantKey, time_zone AS TimeZone,
                       entity AS Entity, source_rows AS SourceRows, target_rows AS TargetRows
                FROM migration.reconciliation_item
                WHERE reconciliation_id = @id AND ordinal >= @from ORDER BY ordinal LIMIT @count
                """, new { id, from, count }, cancellationToken))).AsList(), cancellationToken);

    public Task<IReadOnlyList<string>> SetCountsAsync(
        string id, string entity, IReadOnlyDictionary<string, SideCount> source,
        IReadOnlyDictionary<Guid, SideCount> target, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<string>>(async connection => (await connection.QueryAsync<string>(Command(
            """
            WITH counted AS (
              UPDATE migration.reconciliation_item AS i
              SET source_rows = coalesce(s.rows, 0), source_deleted = s.deleted,
                  target_rows = coalesce(t.rows, 0), target_deleted = t.deleted,
                  rejected = coalesce(l.rejected, 0), filtered = coalesce(l.filtered, 0), is_counted = true
              FROM migration.reconciliation_item AS o
              JOIN migration.reconciliation AS r USING (reconciliation_id)
              LEFT JOIN unnest(@Keys, @SourceRows, @SourceDeleted) AS s(key, rows, deleted) ON s.key = o.tenant_key
              LEFT JOIN unnest(@Ids, @TargetRows, @TargetDeleted) AS t(id, rows, deleted) ON t.id = o.tenant_id
              LEFT JOIN LATERAL (
                SELECT (SELECT count(*) FROM migration.rejected_row AS x
                        WHERE x.closed_as IS NULL AND (x.ledger, x.manifest, x.tenant_id, x.entity)
                          = (r.ledger, r.manifest, o.tenant_id, o.entity)) AS rejected,
                       coalesce((SELECT sum(b.rows_filtered) FROM migration.batch_state AS b
                        WHERE (b.ledger, b.manifest, b.tenant_id, b.entity)
                          = (r.ledger, r.manifest, o.tenant_id, o.entity)), 0)
                       + coalesce((SELECT e.filtered_correction FROM migration.entity_state AS e
                        WHERE (e.ledger, e.manifest, e.tenant_id, e.entity)
                          = (r.ledger, r.manifest, o.tenant_id, o.entity)), 0) AS filtered
              ) AS l ON true
              WHERE o.reconciliation_id = @id AND o.entity = @entity
                AND i.reconciliation_id = o.reconciliation_id AND i.tenant_id = o.tenant_id AND i.entity = o.entity
              RETURNING i.*, r.depth),
            judged AS (
              SELECT reconciliation_id, tenant_id, entity, tenant_key, depth,
                source_rows = target_rows + rejected + filtered
                  AND coalesce(target_deleted <= source_deleted, true)
                  AND coalesce(target_rows - target_deleted <= source_rows - source_deleted, true) AS fits
              FROM counted)
            SELECT tenant_key FROM judged WHERE NOT fits ORDER BY tenant_key
            """,
            new
            {
                id, entity, Keys = source.Keys.ToArray(), SourceRows = source.Values.Select(c => c.Rows).ToArray(),
                SourceDeleted = source.Values.Select(c => c.Deleted).ToArray(), Ids = target.Keys.ToArray(),
                TargetRows = target.Values.Select(c => c.Rows).ToArray(),
                TargetDeleted = target.Values.Select(c => c.Deleted).ToArray(),
            }, cancellationToken))).AsList(), cancellationToken);

    public Task SetChecksAsync(
        string id, string entity, IReadOnlyList<ReconciliationCheck> checks, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            DELETE FROM migration.reconciliation_check WHERE reconciliation_id = @id AND entity = @entity;
            INSERT INTO migration.reconciliation_check (reconciliation_id, check_name, entity, tenant, found, detail)
            SELECT @id, c.name, @entity, coalesce(c.tenant, ''), c.found, c.detail
            FROM unnest(@Names, @Tenants, @Found, @Details) AS c(name, tenant, found, detail)
            """,
            new
            {
                id, entity, Names = checks.Select(c => c.Name).ToArray(), Tenants = checks.Select(c => c.Tenant).ToArray(),
                Found = checks.Select(c => c.Found).ToArray(), Details = checks.Select(c => c.Detail).ToArray(),
            }, cancellationToken);

    public Task SetFailureAsync(
        string id, ReconciliationItem item, string failure, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            UPDATE migration.reconciliation_item SET failure = @failure, is_equal = NULL
            WHERE reconciliation_id = @id AND tenant_id = @TenantId AND entity = @Entity
            """, new { id, failure, item.TenantId, item.Entity }, cancellationToken);

    public Task<ReconciliationOutcome> FinishAsync(
        string id, string? failure, DateTimeOffset at, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            var (verdict, unknown) = await connection.QuerySingleAsync<(string, string)>(Command(
                ReconciliationEnd.Sql,
                new { id, failure, at = at.UtcDateTime, absent = CheckNames.AbsentDefinition }, cancellationToken));
            return new ReconciliationOutcome(
                Enum.Parse<ReconciliationVerdict>(verdict), JsonSerializer.Deserialize<List<string>>(unknown)!);
        }, cancellationToken);

    Task ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(Command(sql, parameters, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.reconciliation", work, cancellationToken);

    static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);
}
