using Dapper;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Repairs in schema <c>migration</c>.</summary>
public sealed class PostgresRepairStore(PostgresConnections connections) : IRepairStore
{
    public Task AddAsync(
        string repairId, string reconciliationId, RepairRequest request, DateTimeOffset at,
        CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            INSERT INTO migration.repair
              (repair_id, reconciliation_id, is_dry_run, deletes_extra, deletes_foreign, requested_at)
            VALUES (@repairId, @reconciliationId, @DryRun, @DeleteExtra, @DeleteForeign, @at) ON CONFLICT DO NOTHING
            """,
            new
            {
                repairId, reconciliationId, request.DryRun, request.DeleteExtra, request.DeleteForeign, at = at.UtcDateTime,
            }, cancellationToken);

    public Task<Repair?> FindNewestAsync(string reconciliationId, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            var row = await connection.QueryFirstOrDefaultAsync<RepairRow>(Command(
                """
                SELECT repair_id AS RepairId, is_dry_run AS DryRun, deletes_extra AS DeleteExtra,
                       deletes_foreign AS DeleteForeign, state AS State, failure AS Failure,
                       follow_up AS FollowUp, requested_at AS RequestedAt, finished_at AS FinishedAt
                FROM migration.repair WHERE reconciliation_id = @reconciliationId ORDER BY requested_at DESC
                """, new { reconciliationId }, cancellationToken));
            if (row is null)
                return null;
            var slices = await connection.QueryAsync<RepairedSlice>(Command(
                """
                SELECT i.tenant_key AS Tenant, r.entity AS Entity, r.written AS Written, r.deleted AS Deleted,
                       r.rejected AS Rejected, r.remaining AS Remaining
                FROM migration.repair_item AS r
                JOIN migration.reconciliation_item AS i
                  ON i.reconciliation_id = @reconciliationId AND i.tenant_id = r.tenant_id AND i.entity = r.entity
                WHERE r.repair_id = @RepairId ORDER BY i.ordinal
                """, new { reconciliationId, row.RepairId }, cancellationToken));
            return new Repair(
                row.RepairId, reconciliationId, row.DryRun, row.DeleteExtra, row.DeleteForeign, row.State, row.Failure, row.FollowUp,
                row.RequestedAt, row.FinishedAt, slices.AsList());
        }, cancellationToken);

    public Task<IReadOnlyList<ReconciliationItem>> GetItemsToRepairAsync(
        string reconciliationId, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ReconciliationItem>>(async connection =>
            (await connection.QueryAsync<ReconciliationItem>(Command(
                """
                SELECT ordinal AS Ordinal, tenant_id AS TenantId, tenant_key AS TenantKey, time_zone AS TimeZone,
                       entity AS Entity, source_rows AS SourceRows, target_rows AS TargetRows
                FROM migration.reconciliation_item AS i JOIN migration.reconciliation AS c USING (reconciliation_id)
                WHERE reconciliation_id = @reconciliationId AND (
                  EXISTS (
                    SELECT FROM migration.reconciliation_difference AS d
                    WHERE d.reconciliation_id = i.reconciliation_id AND d.tenant_id = i.tenant_id AND d.entity = i.entity)
                  OR EXISTS (
                    SELECT FROM migration.rejected_row AS r
                    WHERE r.closed_as IS NULL AND r.ledger = c.ledger AND r.manifest = c.manifest
                      AND r.tenant_id = i.tenant_id AND r.entity = i.entity))
                ORDER BY ordinal
                """, new { reconciliationId }, cancellationToken))).AsList(), cancellationToken);

    public Task SetFollowUpAsync(string repairId, string reconciliationId, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "UPDATE migration.repair SET follow_up = @reconciliationId WHERE repair_id = @repairId",
            new { repairId, reconciliationId }, cancellationToken);

    public Task FinishAsync(string repairId, string? failure, DateTimeOffset at, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            UPDATE migration.repair SET failure = @failure, finished_at = @at,
              state = CASE WHEN @failure::text IS NULL THEN 'completed' ELSE 'failed' END
            WHERE repair_id = @repairId AND finished_at IS NULL
            """, new { repairId, failure, at = at.UtcDateTime }, cancellationToken);

    Task ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteAsync(Command(sql, parameters, cancellationToken)), cancellationToken);

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.repair", work, cancellationToken);

    static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    sealed class RepairRow
    {
        public string RepairId { get; init; } = "";
        public bool DryRun { get; init; }
        public bool DeleteExtra { get; init; }
        public bool DeleteForeign { get; init; }
        public string State { get; init; } = "";
        public string? Failure { get; init; }
        public string? FollowUp { get; init; }
        public DateTime RequestedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
    }
}
