using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Orchestrators;

/// <summary>One tenant and entity: both sides are read in units, side by side; where they differ they are read once more, for
/// the rows. Its failure is recorded and never thrown, so that the others go on.</summary>
public static class SliceOrchestrator
{
    // One reads the source, one the target.
    const int UnitsAtOnce = 2;

    const int UnitsInTurn = 60;

    [Function(nameof(ReconcileSlice))]
    public static async Task ReconcileSlice([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<SliceState>()!;
        try
        {
            if (await AdvanceAsync(context, state) is { } next)
                context.ContinueAsNew(next);
        }
        catch (TaskFailedException e)
        {
            await context.CallAsync(
                Patience.OfCompletion, nameof(ReconcileSliceActivity.FailSlice), new SliceFailure(state.Slice, Failure.Describe(e)));
        }
    }

    /// <returns>What to continue as new with, or null at the end.</returns>
    static async Task<SliceState?> AdvanceAsync(TaskOrchestrationContext context, SliceState state)
    {
        if (state.Depth == ReconciliationDepth.Sample)
        {
            await context.CallAsync(Patience.OfWork, nameof(ReconcileSliceActivity.SampleSlice), state.Slice);
            return null;
        }
        var units = state.Units ?? await context.CallAsync<UnitCount>(
            Patience.OfWork, nameof(ReconcileSliceActivity.PlanSlice), state.Slice);
        var activity = state.IsNarrowing ? nameof(ReconcileSliceActivity.NarrowUnit) : nameof(ReconcileSliceActivity.ReadUnit);
        var turn = InTurns(state.Slice, units).Skip(state.NextUnit).Take(UnitsInTurn).ToList();
        await BoundedWindow.RunAsync(
            turn, () => UnitsAtOnce, unit => ReadAsync(context, activity, unit));
        if (turn.Count == UnitsInTurn)
            return state with { Units = units, NextUnit = state.NextUnit + UnitsInTurn };
        if (!state.IsNarrowing)
        {
            var differing = await context.CallAsync<int>(
                Patience.OfWork, nameof(ReconcileSliceActivity.CompareSlice), state.Slice);
            return differing > 0 ? state with { Units = units, NextUnit = 0, IsNarrowing = true } : null;
        }
        await context.CallAsync(Patience.OfWork, nameof(ReconcileSliceActivity.FinishSlice), state.Slice);
        return null;
    }

    static async Task ReadAsync(TaskOrchestrationContext context, string activity, UnitRef unit)
    {
        while (await context.CallAsync<Deferral?>(Patience.OfWork, activity, unit) is { } deferral)
            await Pause.UntilAsync(context, deferral);
    }

    // A unit of one side, then one of the other, so that both servers work.
    static IEnumerable<UnitRef> InTurns(SliceRef slice, UnitCount units) =>
        from number in Enumerable.Range(1, Math.Max(units.Source, units.Target))
        from side in new[] { Side.Source, Side.Target }
        where number <= (side == Side.Source ? units.Source : units.Target)
        select new UnitRef(slice, side, number);
}

/// <summary>Input of a slice's orchestration, carried from turn to turn.</summary>
public sealed record SliceState(
    SliceRef Slice, ReconciliationDepth Depth, UnitCount? Units = null, int NextUnit = 0, bool IsNarrowing = false);
