using Dapper;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Ledger;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Repairs by the staged path: COPY into a temporary table, then INSERT ... ON CONFLICT under the tenant's
/// policy.</summary>
public sealed class TargetRepair(PostgresConnections connections) : ITargetRepair
{
    // A repair writes no batch.
    const int NoBatch = 0;

    public Task ApplyAsync(
        string repairId, RowSlice slice, RepairPage page, RepairRequest request, CancellationToken cancellationToken) =>
        InTransactionAsync(slice, repairId, request.DryRun || page.Replace.Count + page.Delete.Count > 0, async (connection, transaction) =>
        {
            await DeleteAsync(connection, slice, page.Replace, cancellationToken);
            var deletable = await DeletableAsync(connection, slice, page.Delete, request, cancellationToken);
            var deleted = await DeleteAsync(connection, slice, deletable, cancellationToken);
            var settlement = await RejectionSettlement.BeginAsync(
                connection, slice, repairId, [.. page.Rows.Select(r => r.LegacyKey)], cancellationToken);
            var written = await new RowWriter(connection, slice, repairId, settlement)
                .WriteAsync(page.Rows, isRepair: true, cancellationToken);
            var counts = new RepairedRows(
                written.Written, deleted, written.Rejected,
                page.Remaining + page.Delete.Count - deletable.Count + written.Left);
            if (request.DryRun)
            {
                await transaction.RollbackAsync(cancellationToken);
                await CountAsync(connection, repairId, slice, counts, cancellationToken);
                return;
            }
            await CountAsync(connection, repairId, slice, counts, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);

    public Task ReplayAsync(
        RejectionTry by, RowSlice slice, IReadOnlyList<SettledRow> rows, CancellationToken cancellationToken) =>
        InTransactionAsync(slice, by.Id, isDeferred: false, async (connection, transaction) =>
        {
            // Whoever tries the same rows beside this one finds them closed.
            await connection.ExecuteAsync(Command(
                slice, "SELECT pg_advisory_xact_lock(hashtextextended(@slice, 0))",
                new { slice = $"replay/{slice.Ledger.Ledger}/{slice.Ledger.Manifest}/{slice.Tenant.Id}/{slice.Ledger.Entity}" },
                cancellationToken));
            var settlement = await RejectionSettlement.BeginAsync(
                connection, slice, by.Id, [.. rows.Select(r => r.LegacyKey)], cancellationToken);
            var written = await new RowWriter(connection, slice, by.Id, settlement)
                .WriteAsync([.. rows.Where(r => settlement.IsOpen(r.LegacyKey))], isRepair: false, cancellationToken);
            if (by.IsRepair)
                await CountAsync(
                    connection, by.Id, slice, new RepairedRows(written.Written, 0, 0, 0), cancellationToken);
            FaultPoint.Pass("replay.before-commit");
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);

    public async Task<IReadOnlyList<RejectedRow>> ProbeAsync(
        RowSlice slice, IReadOnlyList<ReadOnlyMemory<byte>> tuples, CancellationToken cancellationToken)
    {
        IReadOnlyList<RejectedRow> refused = [];
        await InTransactionAsync(slice, writer: null, isDeferred: false, async (connection, transaction) =>
        {
            refused = (await RowWriter.SendAsync(connection, slice, tuples, [], cancellationToken)).Refused;
            await transaction.RollbackAsync(cancellationToken);
        }, cancellationToken);
        return refused;
    }

    public Task ResetAsync(string repairId, RowSlice slice, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), connection => connection.ExecuteAsync(Command(
            slice, "DELETE FROM migration.repair_item WHERE repair_id = @repairId AND tenant_id = @Id AND entity = @Name",
            new { repairId, slice.Tenant.Id, slice.Layout.Entity.Name }, cancellationToken)), cancellationToken);

    // A row that gives way to its own successor may be referred to meanwhile, where the schema allows it.
    Task InTransactionAsync(
        RowSlice slice, string? writer, bool isDeferred, Func<NpgsqlConnection, NpgsqlTransaction, Task> work,
        CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TenantScope.EnterAsync(connection, TenantScope.SettingsOf(slice.Run), slice.Tenant.Id, cancellationToken);
            await connection.ExecuteAsync(Command(
                slice, $"SET CONSTRAINTS ALL {(isDeferred ? "DEFERRED" : "IMMEDIATE")}", new { }, cancellationToken));
            if (writer is not null)
                await WorkFence.EnterAsync(connection, writer, cancellationToken);
            await work(connection, transaction);
            return 0;
        }, cancellationToken);

    static async Task<IReadOnlyList<Guid>> DeletableAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyList<ExtraRow> rows, RepairRequest request,
        CancellationToken cancellationToken)
    {
        if (rows.Count == 0 || request.DeleteForeign)
            return [.. rows.Select(r => r.Id)];
        var own = await WrittenRows.LoadAsync(
            connection, slice, [.. rows.Select(r => r.Id)], [.. rows.Select(r => r.LegacyKey)], cancellationToken);
        return [.. rows.Where(r => r.HasRuleId && own.Holds(r.Id, r.LegacyKey)).Select(r => r.Id)];
    }

    static async Task<long> DeleteAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return 0;
        var columns = slice.Layout.Entity.Target;
        await WrittenRows.ForgetAsync(connection, slice, ids, cancellationToken);
        return await connection.ExecuteAsync(Command(
            slice,
            $"DELETE FROM {Identifier.QuoteTable(slice.Layout.TargetTable)} "
            + $"WHERE {Identifier.Quote(columns.Tenant)} = @tenant AND {Identifier.Quote(columns.Id)} = ANY(@ids)",
            new { tenant = slice.Tenant.Id, ids = ids.ToArray() }, cancellationToken));
    }

    static Task CountAsync(
        NpgsqlConnection connection, string repairId, RowSlice slice, RepairedRows rows, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            slice,
            """
            INSERT INTO migration.repair_item AS i (repair_id, tenant_id, entity, written, deleted, rejected, remaining)
            VALUES (@repairId, @Id, @Name, @Written, @Deleted, @Rejected, @Remaining)
            ON CONFLICT (repair_id, tenant_id, entity) DO UPDATE
            SET written = i.written + @Written, deleted = i.deleted + @Deleted, rejected = i.rejected + @Rejected,
                remaining = i.remaining + @Remaining
            """,
            new
            {
                repairId, slice.Tenant.Id, slice.Layout.Entity.Name, rows.Written, rows.Deleted, rows.Rejected, rows.Remaining,
            }, cancellationToken));

    static CommandDefinition Command(
        RowSlice slice, string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: slice.Run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);

    sealed record RepairedRows(long Written, long Deleted, long Rejected, long Remaining);
}
