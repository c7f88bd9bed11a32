using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Orchestrators;

/// <summary>One tenant: its entities in the order of their references, those of one level side by side. An account that does
/// not fit fails the tenant after its other entities. Its failure is its outcome, never an exception, so that the other tenants
/// go on.</summary>
public static class TenantOrchestrator
{
    // With the retries of two activities far below 500 events of history.
    const int EntitiesInTurn = 40;

    [Function(nameof(MigrateTenant))]
    public static async Task<Outcome> MigrateTenant([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<TenantState>()!;
        var failure = state.Failure;
        try
        {
            var plan = await context.CallAsync<TenantPlan>(
                Patience.OfWork, nameof(PrepareTenantActivity.PrepareTenant),
                new TenantPlanRequest(state.Tenant, state.NextEntity, EntitiesInTurn));
            foreach (var level in plan.Levels)
                await BoundedWindow.RunAsync(level, () => plan.Window, async entity =>
                {
                    var ofAccount = await context.CallSubOrchestratorAsync<string?>(
                        nameof(EntityOrchestrator.MigrateEntity),
                        new EntityState(new EntityRef(state.Tenant, entity), Replays: plan.Rejected?.Contains(entity) == true),
                        new SubOrchestrationOptions { InstanceId = InstanceIds.Entity(context.InstanceId, entity) });
                    failure ??= ofAccount;
                });
            if (plan.IsLast)
                return await CompleteAsync(context, state.Tenant, failure);
            context.ContinueAsNew(state with { NextEntity = state.NextEntity + EntitiesInTurn, Failure = failure });
            return new Outcome(States.Running, null);
        }
        catch (TaskFailedException e)
        {
            return await CompleteAsync(context, state.Tenant, Failure.Describe(e));
        }
    }

    static Task<Outcome> CompleteAsync(TaskOrchestrationContext context, TenantRef tenant, string? failure) =>
        context.CallAsync<Outcome>(Patience.OfCompletion, nameof(CompleteActivity.CompleteTenant), new TenantEnd(tenant, failure));
}

/// <summary>Input of a tenant's orchestration, carried from turn to turn.</summary>
/// <param name="Failure">The first account of an entity that does not fit, so far.</param>
public sealed record TenantState(TenantRef Tenant, int NextEntity = 0, string? Failure = null);
