using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Orchestrators;

/// <summary>A reconciliation: every entity is counted and checked, then tenants and entities are compared in a bounded window.
/// One that fails fails alone; unless something differs the whole is unknown then.</summary>
public static class ReconciliationOrchestrator
{
    // Two calls for each, with their retries far below 500 events of history.
    const int EntitiesInTurn = 30;
    const int SlicesInTurn = 60;

    [Function(nameof(Reconcile))]
    public static async Task<ReconciliationVerdict?> Reconcile([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<ReconciliationState>()!;
        try
        {
            var next = state.NextSlice is { } slice
                ? await CompareAsync(context, state.Reconciliation, slice)
                : await CountAsync(context, state);
            if (next is null)
                return await FinishAsync(context, state.Reconciliation, null);
            context.ContinueAsNew(next);
            return null;
        }
        catch (TaskFailedException e)
        {
            return await FinishAsync(context, state.Reconciliation, Failure.Describe(e));
        }
    }

    static async Task<ReconciliationState?> CountAsync(TaskOrchestrationContext context, ReconciliationState state)
    {
        var entities = await context.CallAsync<List<string>>(
            Patience.OfWork, nameof(ReconcileEntityActivity.ListReconciledEntities),
            new ReconciliationPageRequest(state.Reconciliation, state.NextEntity, EntitiesInTurn));
        foreach (var entity in entities)
        {
            var reference = new ReconciledEntityRef(state.Reconciliation, entity);
            await context.CallAsync(
                Patience.OfWork, nameof(ReconcileEntityActivity.CountReconciledEntity), reference);
            await context.CallAsync(
                Patience.OfWork, nameof(ReconcileEntityActivity.CheckReconciledEntity), reference);
        }
        return entities.Count == EntitiesInTurn
            ? state with { NextEntity = state.NextEntity + EntitiesInTurn }
            : state with { NextSlice = 0 };
    }

    static async Task<ReconciliationState?> CompareAsync(
        TaskOrchestrationContext context, ReconciliationRef reconciliation, int from)
    {
        var page = await context.CallAsync<SlicePage>(
            Patience.OfWork, nameof(ReconcileSliceActivity.ListSlices), new ReconciliationPageRequest(reconciliation, from, SlicesInTurn));
        await BoundedWindow.RunAsync(page.Items, () => page.Window, item => context.CallSubOrchestratorAsync(
            nameof(SliceOrchestrator.ReconcileSlice),
            new SliceState(new SliceRef(reconciliation, item), page.Depth),
            new SubOrchestrationOptions { InstanceId = InstanceIds.Slice(context.InstanceId, item.Ordinal) }));
        return page.Items.Count == SlicesInTurn ? new(reconciliation, NextSlice: from + SlicesInTurn) : null;
    }

    static async Task<ReconciliationVerdict?> FinishAsync(
        TaskOrchestrationContext context, ReconciliationRef reconciliation, string? failure) =>
        await context.CallAsync<ReconciliationVerdict>(
            Patience.OfCompletion, nameof(FinishReconciliationActivity.FinishReconciliation), new ReconciliationEnd(reconciliation, failure));
}

/// <summary>Input of a reconciliation's orchestration, carried from turn to turn.</summary>
/// <param name="NextSlice">Null as long as entities are counted.</param>
public sealed record ReconciliationState(ReconciliationRef Reconciliation, int NextEntity = 0, int? NextSlice = null);
