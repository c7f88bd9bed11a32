using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Activities;

/// <summary>Compares the rows of one tenant and entity. Every activity may be repeated.</summary>
public sealed class ReconcileSliceActivity(ReconciliationAccess reconciliations, TimeProvider clock)
{
    /// <summary>A page of the slices to compare.</summary>
    [Function(nameof(ListSlices))]
    public async Task<SlicePage> ListSlices(
        [ActivityTrigger] ReconciliationPageRequest page, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(page.Reconciliation, cancellationToken);
        var items = context.Depth == ReconciliationDepth.Counts
            ? []
            : await target.Reconciliations.GetItemsAsync(context.Id, page.From, page.Count, cancellationToken);
        return new SlicePage(context.Depth, context.Run.Options.SourceReaders, items);
    }

    /// <summary>Cuts both sides into units.</summary>
    [Function(nameof(PlanSlice))]
    public async Task<UnitCount> PlanSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken) =>
        await (await reconciliations.OfSliceAsync(slice, cancellationToken)).PlanAsync(cancellationToken);

    /// <summary>Reads a unit into its side's buckets, or says when it may: the source is left alone in a tenant's blackouts.</summary>
    [Function(nameof(ReadUnit))]
    public async Task<Deferral?> ReadUnit([ActivityTrigger] UnitRef unit, CancellationToken cancellationToken)
    {
        FaultPoint.Pass("reconcile.unit");
        if (await DuringBlackoutAsync(unit, cancellationToken) is { } blackout)
            return blackout;
        var slice = await reconciliations.OfSliceAsync(unit.Slice, cancellationToken);
        await slice.ReadAsync(unit.Side, unit.Number, cancellationToken);
        FaultPoint.Pass("reconcile.unit-read");
        return null;
    }

    /// <summary>Compares the buckets. Where none differ that ends the slice.</summary>
    /// <returns>How many differ and are to be narrowed.</returns>
    [Function(nameof(CompareSlice))]
    public async Task<int> CompareSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken)
    {
        var reconciler = await reconciliations.OfSliceAsync(slice, cancellationToken);
        var differing = (await reconciler.CompareAsync(cancellationToken)).Narrowed.Count;
        if (differing == 0)
            await reconciler.FinishAsync(cancellationToken);
        return differing;
    }

    /// <summary>Reads a unit again, for the rows of the buckets that differ; or says when it may.</summary>
    [Function(nameof(NarrowUnit))]
    public async Task<Deferral?> NarrowUnit([ActivityTrigger] UnitRef unit, CancellationToken cancellationToken)
    {
        if (await DuringBlackoutAsync(unit, cancellationToken) is { } blackout)
            return blackout;
        var slice = await reconciliations.OfSliceAsync(unit.Slice, cancellationToken);
        await slice.NarrowAsync(unit.Side, unit.Number, cancellationToken);
        FaultPoint.Pass("reconcile.unit-narrowed");
        return null;
    }

    async Task<Deferral?> DuringBlackoutAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        var (_, context) = await reconciliations.GetAsync(unit.Slice.Reconciliation, cancellationToken);
        var item = unit.Slice.Item;
        return unit.Side == Side.Source
            ? SourceReading.DuringBlackout(context.Run.Options.Blackouts, item.TimeZone, item.TenantKey, clock.GetUtcNow())
            : null;
    }

    /// <summary>Looks at every candidate on both sides, and ends the slice.</summary>
    [Function(nameof(FinishSlice))]
    public async Task FinishSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken) =>
        await (await reconciliations.OfSliceAsync(slice, cancellationToken)).FinishAsync(cancellationToken);

    /// <summary>Compares a sample, and ends the slice.</summary>
    [Function(nameof(SampleSlice))]
    public async Task SampleSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken) =>
        await (await reconciliations.OfSliceAsync(slice, cancellationToken)).SampleAsync(cancellationToken);

    /// <summary>Ends a slice with its failure; the others go on.</summary>
    [Function(nameof(FailSlice))]
    public async Task FailSlice([ActivityTrigger] SliceFailure failure, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(failure.Slice.Reconciliation, cancellationToken);
        await target.Reconciliations.SetFailureAsync(
            context.Id, failure.Slice.Item, failure.Failure, cancellationToken);
    }
}
