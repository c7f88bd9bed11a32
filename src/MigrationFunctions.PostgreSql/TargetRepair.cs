using Dapper;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Reconciling;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>Repairs by the staged path: COPY into a temporary table, then INSERT ... ON CONFLICT under the tenant's
/// policy.</summary>
public sealed class TargetRepair(PostgresConnections connections) : ITargetRepair
{
    // A repair writes no batch; its rejected rows stand under this number.
    const int NoBatch = 0;

    public Task ApplyAsync(
        string repairId, RowSlice slice, RepairPage page, bool isDryRun, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(Command(
                slice, "SELECT set_config('app.tenant_id', @tenant, true)", new { tenant = slice.Tenant.Id.ToString() },
                cancellationToken));
            // A row that gives way to its own successor may be referred to meanwhile, where the schema allows it.
            await connection.ExecuteAsync(Command(slice, "SET CONSTRAINTS ALL DEFERRED", null, cancellationToken));
            await DeleteAsync(connection, slice, page.Replace, cancellationToken);
            var deleted = await DeleteAsync(connection, slice, page.Delete, cancellationToken);
            var (written, refused) = await WriteAsync(connection, slice, page.Write, cancellationToken);
            List<RejectedRow> rejected = [.. page.Rejected, .. refused];
            if (isDryRun)
            {
                await transaction.RollbackAsync(cancellationToken);
                await CountAsync(connection, repairId, slice, written, deleted, rejected.Count, page.Remaining, cancellationToken);
                return 0;
            }
            await RejectAsync(connection, repairId, slice, rejected, cancellationToken);
            await CountAsync(connection, repairId, slice, written, deleted, rejected.Count, page.Remaining, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    public Task ResetAsync(string repairId, RowSlice slice, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), connection => connection.ExecuteAsync(Command(
            slice, "DELETE FROM migration.repair_item WHERE repair_id = @repairId AND tenant_id = @Id AND entity = @Name",
            new { repairId, slice.Tenant.Id, slice.Layout.Entity.Name }, cancellationToken)), cancellationToken);

    static async Task<long> DeleteAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var columns = slice.Layout.Entity.Target;
        return ids.Count == 0 ? 0 : await connection.ExecuteAsync(Command(
            slice,
            $"DELETE FROM {Identifier.QuoteTable(slice.Layout.TargetTable)} "
            + $"WHERE {Identifier.Quote(columns.Tenant)} = @tenant AND {Identifier.Quote(columns.Id)} = ANY(@ids)",
            new { tenant = slice.Tenant.Id, ids = ids.ToArray() }, cancellationToken));
    }

    static async Task<(long Written, IReadOnlyList<RejectedRow> Refused)> WriteAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyList<ReadOnlyMemory<byte>> tuples,
        CancellationToken cancellationToken)
    {
        if (tuples.Count == 0)
            return (0, []);
        var work = new BatchWork(slice.Run, slice.Tenant, slice.Entity, NoBatch);
        await using var sink = await StagedSink.OpenAsync(
            connection, work, Identifier.QuoteTable(slice.Layout.TargetTable), cancellationToken);
        foreach (var tuple in tuples)
            await sink.WriteAsync(tuple, cancellationToken);
        var taken = await sink.CompleteAsync(cancellationToken);
        return (taken.RowsWritten, [.. taken.Refused.Select(r => new RejectedRow(
            LegacyKeyText.Of(r.Tuple.Span, slice.Layout.TargetColumns[2]), r.Column, r.Rule, r.Reason))]);
    }

    static Task RejectAsync(
        NpgsqlConnection connection, string repairId, RowSlice slice, List<RejectedRow> rejected,
        CancellationToken cancellationToken) =>
        BatchRecord.AddRejectedAsync(
            connection, new BatchWork(slice.Run with { RunId = repairId }, slice.Tenant, slice.Entity, NoBatch), rejected,
            cancellationToken);

    static Task CountAsync(
        NpgsqlConnection connection, string repairId, RowSlice slice, long written, long deleted, long rejected,
        long remaining, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            slice,
            """
            INSERT INTO migration.repair_item AS i (repair_id, tenant_id, entity, written, deleted, rejected, remaining)
            VALUES (@repairId, @Id, @Name, @written, @deleted, @rejected, @remaining)
            ON CONFLICT (repair_id, tenant_id, entity) DO UPDATE
            SET written = i.written + @written, deleted = i.deleted + @deleted, rejected = i.rejected + @rejected,
                remaining = i.remaining + @remaining
            """,
            new { repairId, slice.Tenant.Id, slice.Layout.Entity.Name, written, deleted, rejected, remaining },
            cancellationToken));

    static CommandDefinition Command(
        RowSlice slice, string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: slice.Run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);
}
