using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>The ledger in <c>migration.batch_state</c> and <c>migration.entity_state</c>.</summary>
public sealed class PostgresLedger(PostgresConnections connections) : IBatchLedger
{
    const string SliceKey = SliceTotalsQuery.OfSlice;

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

    public Task<IReadOnlyList<DoneBatch>> GetDoneAsync(
        Slice slice, int afterNumber, int count, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<DoneBatch>>(
            slice.ToString(), async connection => (await connection.QueryAsync<DoneRow>(
            new CommandDefinition(
                $"""
                SELECT batch_no AS Number, after_key AS After, up_to_key AS UpTo, planned_rows AS PlannedRows,
                       rows_read AS RowsRead
                FROM migration.batch_state
                WHERE {SliceKey} AND batch_no > @afterNumber AND state = 'done' ORDER BY batch_no LIMIT @count
                """, With(slice, new { afterNumber, count }), cancellationToken: cancellationToken)))
            .Select(r => new DoneBatch(new BatchRange(r.Number, r.After, r.UpTo, r.PlannedRows), r.RowsRead)).ToList(),
            cancellationToken);

    public Task PlanAsync(Slice slice, IReadOnlyList<BatchRange> batches, CancellationToken cancellationToken) =>
        WithPlanAsync(slice, async (connection, plan) =>
        {
            if (batches.Count == 0 || batches[0].Number <= plan.LastNumber)
                return;
            if (batches[0].Number > plan.LastNumber + 1 || batches[0].After != plan.LastUpTo)
                throw Discontinued(slice, batches[0].Number);
            await InsertAsync(connection, slice, batches, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                $"UPDATE migration.entity_state SET is_planned = false, planned_run_id = NULL WHERE {SliceKey}", slice,
                cancellationToken: cancellationToken));
        }, cancellationToken);

    public Task EndPlanAsync(Slice slice, int lastNumber, string runId, CancellationToken cancellationToken) =>
        WithPlanAsync(slice, async (connection, plan) =>
        {
            if (plan.LastNumber == lastNumber && plan.EndedBy != runId)
                await connection.ExecuteAsync(new CommandDefinition(
                    $"""
                    UPDATE migration.entity_state
                    SET is_planned = true, planned_run_id = @runId, source_rows = NULL, target_rows = NULL WHERE {SliceKey}
                    """, With(slice, new { runId }), cancellationToken: cancellationToken));
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

    public Task SetCountsAsync(Slice slice, long source, long? target, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), connection => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.entity_state (ledger, manifest, tenant_id, entity, source_rows, target_rows)
            VALUES (@Ledger, @Manifest, @TenantId, @Entity, @source, @target)
            ON CONFLICT (ledger, manifest, tenant_id, entity)
            DO UPDATE SET source_rows = EXCLUDED.source_rows, target_rows = EXCLUDED.target_rows
            """, With(slice, new { source, target }), cancellationToken: cancellationToken)), cancellationToken);

    public async Task<SliceTotals> GetTotalsAsync(Slice slice, CancellationToken cancellationToken) =>
        (await ReadTotalsAsync(slice.ToString(), SliceTotalsQuery.OfSlice, slice, cancellationToken)).Single();

    public Task<IReadOnlyList<SliceTotals>> GetTenantTotalsAsync(
        string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken) =>
        ReadTotalsAsync(
            "migration.batch_state", SliceTotalsQuery.OfTenant, new { ledger, manifest, tenantId }, cancellationToken);

    public Task<long> CountRejectedAsync(
        string ledger, string manifest, Guid tenantId, string runId, CancellationToken cancellationToken) =>
        connections.RunAsync(
            "migration.rejected_row", connection => connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT count(*) FROM migration.rejected_row
            WHERE ledger = @ledger AND manifest = @manifest AND tenant_id = @tenantId AND closed_as IS NULL
              AND tried_run_id = @runId
            """, new { ledger, manifest, tenantId, runId }, cancellationToken: cancellationToken)), cancellationToken);

    Task<IReadOnlyList<SliceTotals>> ReadTotalsAsync(
        string place, string where, object parameters, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<SliceTotals>>(place, async connection =>
            [.. (await SliceTotalsQuery.ReadAsync<SliceTotalsRow>(
                connection, SliceTotalsRow.Sums, where, parameters, cancellationToken)).Select(row => row.ToTotals())],
            cancellationToken);

    // The slice's row is the lock: two planners of one page cannot both add it.
    Task WithPlanAsync(
        Slice slice, Func<NpgsqlConnection, SlicePlan, Task> change, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO migration.entity_state (ledger, manifest, tenant_id, entity)
                VALUES (@Ledger, @Manifest, @TenantId, @Entity) ON CONFLICT DO NOTHING
                """, slice, transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                $"SELECT 1 FROM migration.entity_state WHERE {SliceKey} FOR UPDATE", slice, transaction,
                cancellationToken: cancellationToken));
            await change(connection, await ReadPlanAsync(connection, slice, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    static async Task<SlicePlan> ReadPlanAsync(
        NpgsqlConnection connection, Slice slice, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<PlanRow>(new CommandDefinition(
            $"""
            SELECT batch_no AS LastNumber, up_to_key AS LastUpTo FROM migration.batch_state
            WHERE {SliceKey} ORDER BY batch_no DESC LIMIT 1
            """, slice, cancellationToken: cancellationToken));
        var endedBy = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            $"SELECT CASE WHEN is_planned THEN planned_run_id END FROM migration.entity_state WHERE {SliceKey}", slice,
            cancellationToken: cancellationToken));
        return new SlicePlan(row?.LastNumber ?? 0, row?.LastUpTo, endedBy);
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

    sealed class DoneRow
    {
        public int Number { get; init; }
        public string? After { get; init; }
        public string UpTo { get; init; } = "";
        public long PlannedRows { get; init; }
        public long RowsRead { get; init; }
    }
}
