using System.Globalization;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Accounting;

/// <summary>Finds out why the account of a slice whose batches are all done does not fit: the source counts each batch's range
/// again, and what lies behind the last one. It costs about one count of the slice, and reads no row.</summary>
public sealed class SliceDiagnosis(ISourceDatabase source, IBatchLedger ledger)
{
    const int BatchesInPage = 1_000;
    const int PlannedAtOnce = 20;

    /// <returns>MIG2107 with what was found, in numbers, and what to do; MIG2115 when the ranges do not hold the slice's
    /// rows.</returns>
    /// <param name="totals">With the counts of both sides.</param>
    public async Task<Problem> OfAsync(
        RunContext run, Slice slice, SourceSlice rows, SliceTotals totals, CancellationToken cancellationToken)
    {
        var ranges = await CountRangesAsync(slice, rows, cancellationToken);
        ranges.Behind = await CountBehindAsync(run, rows, ranges.Last, cancellationToken);
        var counted = await source.CountAsync(rows, cancellationToken);
        var held = ranges.Held + ranges.Behind;
        if (counted == totals.SourceRows && held != counted)
            return new Problem(
                ErrorCodes.SliceNotCovered, $"{slice}",
                $"The source counts {Rows(counted)}, the ranges of its {totals.Batches} batches hold {Number(held)}: a row lies in "
                + "no batch, or in two.",
                $"Look at the type and collation of {Columns(rows)} and check the table and its indexes (DBCC CHECKTABLE); "
                + $"`{Reconcile(run, slice)}` names the rows.");
        return new Problem(
            ErrorCodes.NotConserved, $"{slice}", string.Join(' ', Findings(totals, ranges, counted)), Remedy(run, slice, totals, ranges));
    }

    async Task<RangeCounts> CountRangesAsync(Slice slice, SourceSlice rows, CancellationToken cancellationToken)
    {
        var counts = new RangeCounts();
        IReadOnlyList<DoneBatch> page;
        do
        {
            page = await ledger.GetDoneAsync(slice, counts.Last.LastNumber, BatchesInPage, cancellationToken);
            foreach (var batch in page)
                counts.Add(batch, await source.CountRangeAsync(rows, batch.Range, cancellationToken));
        }
        while (page.Count == BatchesInPage);
        return counts;
    }

    async Task<long> CountBehindAsync(
        RunContext run, SourceSlice rows, SlicePosition last, CancellationToken cancellationToken)
    {
        var behind = 0L;
        while (await source.PlanAsync(rows, last, run.Options.BatchSize, PlannedAtOnce, cancellationToken) is { Count: > 0 } page)
        {
            behind += page.Sum(b => b.PlannedRows);
            last = new SlicePosition(page[^1].Number, page[^1].UpTo);
        }
        return behind;
    }

    static IEnumerable<string> Findings(SliceTotals totals, RangeCounts ranges, long counted)
    {
        yield return totals.TargetRows is { } held
            ? $"The source has {Rows(totals.SourceRows)}; the target has {Number(held)}, {Number(totals.RowsRejected)} are rejected and "
                + $"{Number(totals.RowsFiltered)} filtered."
            : $"The source has {Rows(totals.SourceRows)}; {Number(totals.RowsWritten)} were written, {Number(totals.RowsRejected)} "
                + $"rejected and {Number(totals.RowsFiltered)} filtered.";
        if (counted != totals.SourceRows)
            yield return $"The source changed while it was counted: it has {Rows(counted)} now.";
        if (ranges.Added.Rows > 0)
            yield return $"{Were(ranges.Added.Rows)} added since within the bounds of {ranges.Added}.";
        if (ranges.Gone.Rows > 0)
            yield return $"{Were(ranges.Gone.Rows)} taken away since within the bounds of {ranges.Gone}.";
        if (ranges.Behind > 0)
            yield return $"{Were(ranges.Behind)} added behind the last batch.";
        if (totals.TargetRows is { } found && found < totals.RowsWritten)
            yield return $"Of {Rows(totals.RowsWritten)} that the ledger has as written the target lacks "
                + $"{Number(totals.RowsWritten - found)}.";
        if (totals.TargetRows is { } more && more > totals.RowsWritten)
            yield return $"The target has {Rows(more - totals.RowsWritten)} more than the ledger has as written.";
    }

    static string Remedy(RunContext run, Slice slice, SliceTotals totals, RangeCounts ranges)
    {
        if (run.Mode == RunMode.DryRun)
            return "The source changed while it was read: start again.";
        var settlesItself = ranges is { Behind: > 0, Added.Rows: 0, Gone.Rows: 0 } && totals.RowsMigrated == totals.RowsWritten;
        return settlesItself
            ? "Start again: a new run takes up what was added."
            : $"Run `{Reconcile(run, slice)} --repair{(ranges.Gone.Rows > 0 ? " --delete-extra" : "")}`, then start again.";
    }

    static string Reconcile(RunContext run, Slice slice) =>
        $"migrate reconcile {slice.Manifest}{(run.Mode == RunMode.Rehearsal ? " --mode rehearsal" : "")} "
        + $"--tenant {slice.TenantKey} --entity {slice.Entity} --depth digest";

    static string Columns(SourceSlice rows) =>
        string.Join(", ", rows.Entity.Source.Key.Prepend(rows.Entity.Source.Tenant).Distinct(StringComparer.OrdinalIgnoreCase));

    static string Were(long rows) => rows == 1 ? "1 row was" : $"{Rows(rows)} were";

    static string Rows(long rows) => rows == 1 ? "1 row" : $"{Number(rows)} rows";

    static string Number(long rows) => rows.ToString(CultureInfo.InvariantCulture);
}
