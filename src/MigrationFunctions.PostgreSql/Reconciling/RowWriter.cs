using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Writes single rows inside a transaction and settles their rejections with them. Rows of somebody else's are
/// left.</summary>
sealed class RowWriter(NpgsqlConnection connection, RowSlice slice, string runId, RejectionSettlement settlement)
{
    // A repair writes no batch.
    const int NoBatch = 0;

    /// <param name="isRepair">A repair writes over every row of this manifest's that differs, and records what the target cannot
    /// hold; a replay does so only for what is rejected already.</param>
    public async Task<WrittenPage> WriteAsync(
        IReadOnlyList<SettledRow> rows, bool isRepair, CancellationToken cancellationToken)
    {
        var own = await WrittenRows.LoadAsync(
            connection, slice, [.. rows.Where(r => r.Tuple is not null).Select(IdOf)], [.. rows.Select(r => r.LegacyKey)],
            cancellationToken);
        var decided = rows.Select(r => Decide(r, own, isRepair)).OfType<SettledRow>().ToList();
        var send = decided.Where(r => r.Tuple is not null).ToList();
        var (written, refused) = await SendAsync(
            connection, slice, [.. send.Select(r => r.Tuple!.Value)], [.. send.Where(r => r.IsThere).Select(IdOf)],
            cancellationToken);
        var refusals = refused.ToLookup(r => r.LegacyKey, StringComparer.Ordinal);
        await WrittenRows.NoteAsync(
            connection, slice, runId, [.. send.Where(r => !refusals.Contains(r.LegacyKey)).Select(IdOf)], cancellationToken);
        var rejected = await settlement.SettleAsync(
            [.. decided.Select(r => r with { Still = [.. refusals[r.LegacyKey], .. r.Still] })], isRepair, cancellationToken);
        return new WrittenPage(written, rejected, rows.Count - decided.Count);
    }

    /// <summary>Sends tuples by the staged path.</summary>
    /// <param name="overwrite">Ids that may be there already, beside those that a replay or a repair has noted.</param>
    public static async Task<(long Written, IReadOnlyList<RejectedRow> Refused)> SendAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyList<ReadOnlyMemory<byte>> tuples,
        IReadOnlyCollection<Guid> overwrite, CancellationToken cancellationToken)
    {
        if (tuples.Count == 0)
            return (0, []);
        var work = new BatchWork(slice.Run, slice.Tenant, slice.Entity, NoBatch);
        await using var sink = await StagedSink.OpenAsync(
            connection, work, Identifier.QuoteTable(slice.Layout.TargetTable), cancellationToken, overwrite);
        foreach (var tuple in tuples)
            await sink.WriteAsync(tuple, cancellationToken);
        var taken = await sink.CompleteAsync(cancellationToken);
        return (taken.RowsWritten, [.. taken.Refused.Select(r => new RejectedRow(
            LegacyKeyText.Of(r.Tuple.Span, slice.Layout.TargetColumns[2]), r.Column, r.Rule, r.Reason))]);
    }

    /// <returns>Null for a row that is left as it is.</returns>
    SettledRow? Decide(SettledRow row, WrittenRows own, bool isRepair)
    {
        if (row is { Tuple: null } or { IsThere: false })
            return row;
        if (own.Holds(IdOf(row), row.LegacyKey))
            return isRepair || settlement.HasOwnReason(row.LegacyKey) ? row : row with { Tuple = null };
        return isRepair ? null : row with
        {
            Tuple = null,
            Still = [new RejectedRow(
                row.LegacyKey, slice.Layout.Entity.Target.Id, RejectRules.ForeignRow, RejectRules.ForeignRowReason), .. row.Still],
        };
    }

    static Guid IdOf(SettledRow row) => TupleIds.IdOf(row.Tuple!.Value.Span);
}

/// <summary>What became of some rows.</summary>
/// <param name="Rejected">Rows that the target cannot hold, as this run or repair finds for the first time.</param>
/// <param name="Left">Rows of somebody else's that differ.</param>
sealed record WrittenPage(long Written, long Rejected, long Left);
