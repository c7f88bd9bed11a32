using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Orchestrators;

/// <summary>A repair: rows that are too many are deleted if that was asked for, then what is missing or different is written and
/// open rejections are tried again, then source and target are compared again.</summary>
public static class RepairOrchestrator
{
    const int SlicesInTurn = 60;

    [Function(nameof(Repair))]
    public static async Task Repair([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<RepairState>()!;
        string? failure = null;
        try
        {
            if (state == RepairState.Of(state.Repair) && !state.Repair.Request.DryRun)
                await context.CallAsync(Patience.OfWork, nameof(RepairActivity.KeepRepairLocks), state.Repair);
            if (await AdvanceAsync(context, state) is { } next)
            {
                context.ContinueAsNew(next);
                return;
            }
            if (!state.Repair.Request.DryRun)
                await CompareAgainAsync(context, state.Repair);
        }
        catch (TaskFailedException e)
        {
            failure = Failure.Describe(e);
        }
        await context.CallAsync(
            Patience.OfCompletion, nameof(RepairActivity.FinishRepair), new RepairEnd(state.Repair, failure));
    }

    // One slice after the other: a child is written when its parents are there.
    static async Task<RepairState?> AdvanceAsync(TaskOrchestrationContext context, RepairState state)
    {
        var page = await context.CallAsync<List<ReconciliationItem>>(
            Patience.OfWork, nameof(RepairActivity.ListRepairs),
            new RepairPageRequest(state.Repair, state.Step, state.NextSlice, SlicesInTurn));
        foreach (var item in page)
            await context.CallAsync(
                Patience.OfWork, nameof(RepairActivity.RepairSlice), new RepairSliceRef(state.Repair, state.Step, item));
        if (page.Count == SlicesInTurn)
            return state with { NextSlice = state.NextSlice + SlicesInTurn };
        return state.Step == RepairStep.Delete ? new RepairState(state.Repair, RepairStep.Write) : null;
    }

    static async Task CompareAgainAsync(TaskOrchestrationContext context, RepairRef repair)
    {
        var followUp = await context.CallAsync<ReconciliationRef>(
            Patience.OfWork, nameof(RepairActivity.BeginFollowUp), repair);
        await context.CallSubOrchestratorAsync<ReconciliationVerdict?>(
            nameof(ReconciliationOrchestrator.Reconcile), new ReconciliationState(followUp),
            new SubOrchestrationOptions { InstanceId = followUp.Id });
    }
}

/// <summary>Input of a repair's orchestration, carried from turn to turn.</summary>
public sealed record RepairState(RepairRef Repair, RepairStep Step, int NextSlice = 0)
{
    /// <summary>Where a repair begins.</summary>
    public static RepairState Of(RepairRef repair) =>
        new(repair, repair.Request.DeletesAny ? RepairStep.Delete : RepairStep.Write);
}
