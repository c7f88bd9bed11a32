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

    /// <returns>What to continue as new with, or null at the end. What was put off is asked for again in a new turn: no history
    /// grows while the source rests.</returns>
    static async Task<SliceState?> AdvanceAsync(TaskOrchestrationContext context, SliceState state)
    {
        if (state.Depth == ReconciliationDepth.Sample)
            return await IsPutOffAsync(context, nameof(ReconcileSliceActivity.SampleSlice), state.Slice) ? state : null;
        if (state.Units is null)
        {
            var plan = await context.CallAsync<PlannedUnits>(
                Patience.OfWork, nameof(ReconcileSliceActivity.PlanSlice), state.Slice);
            if (plan.Deferral is not null)
                await Pause.UntilAsync(context, plan.Deferral);
            return state with { Units = plan.Units };
        }
        if (await ReadAsync(context, state) is var (next, isWhole) && !isWhole)
            return next;
        if (state.IsNarrowing)
            return await IsPutOffAsync(context, nameof(ReconcileSliceActivity.FinishSlice), state.Slice) ? next : null;
        var differing = await context.CallAsync<int>(Patience.OfWork, nameof(ReconcileSliceActivity.CompareSlice), state.Slice);
        return differing > 0 ? state with { NextUnit = 0, IsNarrowing = true } : null;
    }

    /// <summary>Reads units until one is put off or the turn is over.</summary>
    /// <returns>Where to go on, and whether all units have been read.</returns>
    static async Task<(SliceState Next, bool IsWhole)> ReadAsync(TaskOrchestrationContext context, SliceState state)
    {
        var activity = state.IsNarrowing ? nameof(ReconcileSliceActivity.NarrowUnit) : nameof(ReconcileSliceActivity.ReadUnit);
        var turn = InTurns(state.Slice, state.Units!).Skip(state.NextUnit).Take(UnitsInTurn).ToList();
        var putOff = new SortedList<int, Deferral>();
        await BoundedWindow.RunAsync(turn.Index().TakeWhile(_ => putOff.Count == 0), () => UnitsAtOnce, async unit =>
        {
            if (await context.CallAsync<Deferral?>(Patience.OfWork, activity, unit.Item) is { } deferral)
                putOff.Add(unit.Index, deferral);
        });
        if (putOff.Count == 0)
            return (state with { NextUnit = state.NextUnit + turn.Count }, turn.Count < UnitsInTurn);
        await Pause.UntilAsync(context, putOff.Values[0]);
        return (state with { NextUnit = state.NextUnit + putOff.Keys[0] }, false);
    }

    static async Task<bool> IsPutOffAsync(TaskOrchestrationContext context, string activity, SliceRef slice)
    {
        if (await context.CallAsync<Deferral?>(Patience.OfWork, activity, slice) is not { } deferral)
            return false;
        await Pause.UntilAsync(context, deferral);
        return true;
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
