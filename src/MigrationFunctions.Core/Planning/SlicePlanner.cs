using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Planning;

/// <summary>Plans a slice on from its last boundary. A slice is planned to the end when the source has shown no row behind
/// the last boundary: a page that is merely short proves nothing, for the driver may have lost its end. And it is so for the
/// run that has looked: rows may come behind it any time, and the next run takes them up.</summary>
public sealed class SlicePlanner(ISourceDatabase source, IBatchLedger ledger)
{
    /// <summary>Stores the next page, or that there is none. After a short page the next one is asked for at once, which
    /// costs a seek. A repetition changes nothing.</summary>
    /// <param name="plan">Where planning stands.</param>
    /// <param name="count">Batches of a page at most.</param>
    /// <exception cref="Errors.MigrationException">MIG2106: somebody else plans the slice. MIG3xxx: the source cannot be
    /// asked.</exception>
    public async Task PlanOnAsync(
        RunContext run, Slice slice, SourceSlice rows, SlicePlan plan, int count, CancellationToken cancellationToken)
    {
        var position = new SlicePosition(plan.LastNumber, plan.LastUpTo);
        FaultPoint.Pass("planner.before-source");
        var page = await PlanPageAsync(position);
        if (page.Count > 0 && page.Sum(b => b.PlannedRows) < (long)run.Options.BatchSize * count)
        {
            position = new SlicePosition(page[^1].Number, page[^1].UpTo);
            FaultPoint.Pass("planner.before-confirmation");
            page = await PlanPageAsync(position);
        }
        if (page.Count > 0)
            return;
        FaultPoint.Pass("planner.before-end");
        await ledger.EndPlanAsync(slice, position.LastNumber, run.RunId, cancellationToken);

        async Task<IReadOnlyList<BatchRange>> PlanPageAsync(SlicePosition from)
        {
            var batches = await source.PlanAsync(rows, from, run.Options.BatchSize, count, cancellationToken);
            FaultPoint.Pass("planner.before-ledger");
            await ledger.PlanAsync(slice, batches, cancellationToken);
            return batches;
        }
    }
}
