using Dapper;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>The ledger in <c>migration.batch_state</c> and <c>migration.entity_state</c>.</summary>
public sealed class PostgresLedger(PostgresConnections connections) : IBatchLedger
{
    const string SliceKey = "ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity";

    public Task<SlicePlan> GetPlanAsync(Slice slice, CancellationToken cancellationToken) =>
        connections.RunAsync(
            slice.ToString(), connection => ReadPlanAsync(connection, slice, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<int>> GetPendingAsync(
        Slice slice, int afterNumber, int count, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<int>>(
            slice.ToString(), async connection => (await connection.QueryAsync<int>(
            new CommandDefinition(
                $"""
                SELECT batch_no FROM migration.batch_state
                WHERE {SliceKey} AND batch_no > @afterNumber AND state = 'planned' ORDER BY batch_no LIMIT @count
                """, With(slice, new { afterNumber, count }), cancellationToken: cancellationToken))).ToList(),
            cancellationToken);

    public Task PlanAsync(
        Slice slice, IReadOnlyList<BatchRange> batches, bool isLast, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO migration.entity_state (ledger, manifest, tenant_id, entity)
                VALUES (@Ledger, @Manifest, @TenantId, @Entity) ON CONFLICT DO NOTHING
                """, slice, transaction, cancellationToken: cancellationToken));
            // The slice's row is the lock: two planners of one page cannot both add it.
            await connection.ExecuteAsync(new CommandDefinition(
                $"SELECT 1 FROM migration.entity_state WHERE {SliceKey} FOR UPDATE", slice, transaction,
                cancellationToken: cancellationToken));
            var plan = await ReadPlanAsync(connection, slice, cancellationToken);
            if (batches.Count == 0 || batches[0].Number == plan.LastNumber + 1)
            {
                if (batches.Count > 0 && batches[0].After != plan.LastUpTo)
                    throw Discontinued(slice, batches[0].Number);
                await InsertAsync(connection, slice, batches, cancellationToken);
                if (isLast)
                    await connection.ExecuteAsync(new CommandDefinition(
                        $"UPDATE migration.entity_state SET is_planned = true WHERE {SliceKey}", slice, transaction,
                        cancellationToken: cancellationToken));
            }
            else if (batches[0].Number > plan.LastNumber + 1)
                throw Discontinued(slice, batches[0].Number);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    // The write-ahead log is flushed in its order: a commit that waits for the disk takes all earlier ones along
    // (PostgreSQL documentation, 30.4 Asynchronous Commit). It must write something, or there is nothing to wait for.
    public Task FlushAsync(Slice slice, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                """
                SET LOCAL synchronous_commit = on;
                INSERT INTO migration.entity_state AS e (ledger, manifest, tenant_id, entity)
                VALUES (@Ledger, @Manifest, @TenantId, @Entity)
                ON CONFLICT (ledger, manifest, tenant_id, entity) DO UPDATE SET is_planned = e.is_planned
                """, slice, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    public Task SetSourceRowsAsync(Slice slice, long rows, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), connection => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.entity_state (ledger, manifest, tenant_id, entity, source_rows)
            VALUES (@Ledger, @Manifest, @TenantId, @Entity, @rows)
            ON CONFLICT (ledger, manifest, tenant_id, entity) DO UPDATE SET source_rows = EXCLUDED.source_rows
            """, With(slice, new { rows }), cancellationToken: cancellationToken)), cancellationToken);

    public Task<IReadOnlyList<SliceTotals>> GetTenantTotalsAsync(
        string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<SliceTotals>>(
            "migration.batch_state", async connection => (await connection.QueryAsync<SliceTotalsRow>(
            new CommandDefinition(
                $"""
                SELECT e.entity AS Entity, coalesce(e.source_rows, -1) AS SourceRows, {SliceTotalsRow.Sums},
                       {SliceTotalsRow.AdjustedSum}
                FROM migration.entity_state AS e
                LEFT JOIN migration.batch_state AS b
                  ON (b.ledger, b.manifest, b.tenant_id, b.entity) = (e.ledger, e.manifest, e.tenant_id, e.entity)
                WHERE e.ledger = @ledger AND e.manifest = @manifest AND e.tenant_id = @tenantId
                GROUP BY e.ledger, e.manifest, e.tenant_id, e.entity, e.source_rows ORDER BY e.entity
                """, new { ledger, manifest, tenantId }, cancellationToken: cancellationToken)))
            .Select(row => row.ToTotals()).ToList(), cancellationToken);

    public Task<long> CountRejectedAsync(
        string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken) =>
        connections.RunAsync(
            "migration.batch_state", connection => connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT coalesce(sum(rows_rejected), 0)::bigint FROM migration.batch_state
            WHERE ledger = @ledger AND manifest = @manifest AND tenant_id = @tenantId AND rows_rejected > 0
            """, new { ledger, manifest, tenantId }, cancellationToken: cancellationToken)), cancellationToken);

    static async Task<SlicePlan> ReadPlanAsync(
        NpgsqlConnection connection, Slice slice, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<PlanRow>(new CommandDefinition(
            $"""
            SELECT batch_no AS LastNumber, up_to_key AS LastUpTo FROM migration.batch_state
            WHERE {SliceKey} ORDER BY batch_no DESC LIMIT 1
            """, slice, cancellationToken: cancellationToken));
        var isPlanned = await connection.ExecuteScalarAsync<bool?>(new CommandDefinition(
            $"SELECT is_planned FROM migration.entity_state WHERE {SliceKey}", slice,
            cancellationToken: cancellationToken));
        return new SlicePlan(row?.LastNumber ?? 0, row?.LastUpTo, isPlanned ?? false);
    }

    static Task InsertAsync(
        NpgsqlConnection connection, Slice slice, IReadOnlyList<BatchRange> batches,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.batch_state
              (ledger, manifest, tenant_id, tenant_key, entity, batch_no, after_key, up_to_key, planned_rows)
            SELECT @Ledger, @Manifest, @TenantId, @TenantKey, @Entity,
                   b.number, b.after_key, b.up_to_key, b.planned_rows
            FROM unnest(@Numbers, @After, @UpTo, @PlannedRows) AS b(number, after_key, up_to_key, planned_rows)
            """,
            With(slice, new
            {
                Numbers = batches.Select(b => b.Number).ToArray(), After = batches.Select(b => b.After).ToArray(),
                UpTo = batches.Select(b => b.UpTo).ToArray(),
                PlannedRows = batches.Select(b => b.PlannedRows).ToArray(),
            }),
            cancellationToken: cancellationToken));

    static MigrationException Discontinued(Slice slice, int number) => new(new Problem(
        ErrorCodes.PlanDiscontinued, $"{slice}, batch {number}",
        "The page does not go on where the ledger's last batch ends.",
        "Another run plans the same slice: let one of them finish, then start again."));

    static DynamicParameters With(Slice slice, object more)
    {
        var parameters = new DynamicParameters(slice);
        parameters.AddDynamicParams(more);
        return parameters;
    }

    sealed class PlanRow
    {
        public int LastNumber { get; init; }
        public string? LastUpTo { get; init; }
    }
}
