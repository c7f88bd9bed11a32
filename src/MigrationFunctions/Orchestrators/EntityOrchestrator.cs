using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Orchestrators;

/// <summary>One entity of one tenant: pages of batches in a bounded window, the next page planned while this one runs.
/// History stays small at any table size: after a bounded number of batches the orchestration continues as new.</summary>
public static class EntityOrchestrator
{
    const int BatchesInTurn = 160;

    /// <summary>Returns the tenant's rejected rows so far.</summary>
    [Function(nameof(MigrateEntity))]
    public static async Task<long> MigrateEntity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<EntityState>()!;
        var scheduled = 0;
        for (var page = await PlanPageAsync(context, state.Entity, state.AfterNumber); ;)
        {
            var next = page.IsLast ? null : PlanPageAsync(context, state.Entity, page.LastNumber);
            var rejected = await RunBatchesAsync(context, state, page);
            state = state with { AfterNumber = page.LastNumber, Rejected = state.Rejected + rejected };
            scheduled += page.Batches.Count;
            if (next is null)
            {
                await context.CallActivityAsync<SliceTotals>(
                    nameof(CompleteActivity.CompleteEntity), state.Entity, Retry.Transient);
                return state.Rejected;
            }
            page = await next;
            if (scheduled < BatchesInTurn)
                continue;
            context.ContinueAsNew(state);
            return state.Rejected;
        }
    }

    static Task<BatchPage> PlanPageAsync(TaskOrchestrationContext context, EntityRef entity, int afterNumber) =>
        context.CallActivityAsync<BatchPage>(
            nameof(PlanPageActivity.PlanPage), new BatchPageRequest(entity, afterNumber), Retry.Transient);

    static async Task<long> RunBatchesAsync(TaskOrchestrationContext context, EntityState state, BatchPage page)
    {
        var rejected = 0L;
        await BoundedWindow.RunAsync(page.Batches, state.BatchWindow, async number =>
        {
            var result = await context.CallActivityAsync<BatchResult>(
                nameof(MigrateBatchActivity.MigrateBatch), new BatchRef(state.Entity, number), Retry.Transient);
            rejected += result.RowsRejected;
            if (state.Rejected + rejected > state.RejectLimit)
                throw new MigrationException(new Problem(
                    ErrorCodes.RejectLimitExceeded, $"tenant {state.Entity.Tenant.TenantKey}",
                    $"{state.Rejected + rejected} rows were rejected, {state.RejectLimit} are allowed.",
                    "Look at the rejected rows; correct the source or the manifest, or raise options.rejectLimit."));
            return result;
        });
        return rejected;
    }
}

/// <summary>Input of an entity's orchestration, carried from turn to turn.</summary>
/// <param name="Rejected">Rows of the tenant rejected so far, earlier entities included.</param>
public sealed record EntityState(EntityRef Entity, int BatchWindow, long RejectLimit, long Rejected, int AfterNumber = 0);
