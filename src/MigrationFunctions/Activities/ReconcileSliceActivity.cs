using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Activities;

/// <summary>Compares the rows of one tenant and entity. Every activity may be repeated; what would read the source says instead when
/// it may, in a tenant's blackouts and while running migrations use up their readers.</summary>
public sealed class ReconcileSliceActivity(ReconciliationAccess reconciliations, SourceReading reading)
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
    public async Task<PlannedUnits> PlanSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken)
    {
        UnitCount? units = null;
        var deferral = await ReadSourceAsync(
            slice, async reconciler => units = await reconciler.PlanAsync(cancellationToken), cancellationToken);
        return new PlannedUnits(units, deferral);
    }

    /// <summary>Reads a unit into its side's buckets.</summary>
    [Function(nameof(ReadUnit))]
    public async Task<Deferral?> ReadUnit([ActivityTrigger] UnitRef unit, CancellationToken cancellationToken)
    {
        FaultPoint.Pass("reconcile.unit");
        var deferral = await ReadSideAsync(
            unit, reconciler => reconciler.ReadAsync(unit.Side, unit.Number, cancellationToken), cancellationToken);
        FaultPoint.Pass("reconcile.unit-read");
        return deferral;
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

    /// <summary>Reads a unit again, for the rows of the buckets that differ.</summary>
    [Function(nameof(NarrowUnit))]
    public async Task<Deferral?> NarrowUnit([ActivityTrigger] UnitRef unit, CancellationToken cancellationToken)
    {
        var deferral = await ReadSideAsync(
            unit, reconciler => reconciler.NarrowAsync(unit.Side, unit.Number, cancellationToken), cancellationToken);
        FaultPoint.Pass("reconcile.unit-narrowed");
        return deferral;
    }

    /// <summary>Looks at every candidate on both sides, and ends the slice.</summary>
    [Function(nameof(FinishSlice))]
    public Task<Deferral?> FinishSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken) =>
        ReadSourceAsync(slice, reconciler => reconciler.FinishAsync(cancellationToken), cancellationToken);

    /// <summary>Compares a sample, and ends the slice.</summary>
    [Function(nameof(SampleSlice))]
    public Task<Deferral?> SampleSlice([ActivityTrigger] SliceRef slice, CancellationToken cancellationToken) =>
        ReadSourceAsync(slice, reconciler => reconciler.SampleAsync(cancellationToken), cancellationToken);

    /// <summary>Ends a slice with its failure; the others go on.</summary>
    [Function(nameof(FailSlice))]
    public async Task FailSlice([ActivityTrigger] SliceFailure failure, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(failure.Slice.Reconciliation, cancellationToken);
        await target.Reconciliations.SetFailureAsync(
            context.Id, failure.Slice.Item, failure.Failure, cancellationToken);
    }

    async Task<Deferral?> ReadSideAsync(UnitRef unit, Func<SliceReconciler, Task> read, CancellationToken cancellationToken)
    {
        if (unit.Side == Side.Source)
            return await ReadSourceAsync(unit.Slice, read, cancellationToken);
        await read(await reconciliations.OfSliceAsync(unit.Slice, cancellationToken));
        return null;
    }

    async Task<Deferral?> ReadSourceAsync(
        SliceRef slice, Func<SliceReconciler, Task> read, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(slice.Reconciliation, cancellationToken);
        return await reading.ReadBesideRunsAsync(
            target, context, slice.Item, async () => await read(await reconciliations.OfSliceAsync(slice, cancellationToken)),
            cancellationToken);
    }
}
