using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Orchestrators;

/// <summary>One tenant: its entities in the order of their references, those of one level side by side. Its failure is its
/// outcome, never an exception, so that the other tenants go on.</summary>
public static class TenantOrchestrator
{
    // With the retries of two activities far below 500 events of history.
    const int EntitiesInTurn = 40;

    [Function(nameof(MigrateTenant))]
    public static async Task<Outcome> MigrateTenant([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<TenantState>()!;
        try
        {
            var plan = await context.CallActivityAsync<TenantPlan>(
                nameof(PrepareTenantActivity.PrepareTenant),
                new TenantPlanRequest(state.Tenant, state.NextEntity, EntitiesInTurn), Retry.Transient);
            foreach (var level in plan.Levels)
                await BoundedWindow.RunAsync(level, () => plan.Window, entity => context.CallSubOrchestratorAsync(
                    nameof(EntityOrchestrator.MigrateEntity),
                    new EntityState(new EntityRef(state.Tenant, entity), Replays: plan.Rejected?.Contains(entity) == true),
                    new SubOrchestrationOptions { InstanceId = InstanceIds.Entity(context.InstanceId, entity) }));
            if (plan.IsLast)
                return await CompleteAsync(context, state.Tenant, null);
            context.ContinueAsNew(state with { NextEntity = state.NextEntity + EntitiesInTurn });
            return new Outcome(States.Running, null);
        }
        catch (TaskFailedException e)
        {
            return await CompleteAsync(context, state.Tenant, Failure.Describe(e));
        }
    }

    static Task<Outcome> CompleteAsync(TaskOrchestrationContext context, TenantRef tenant, string? failure) =>
        context.CallActivityAsync<Outcome>(nameof(CompleteActivity.CompleteTenant), new TenantEnd(tenant, failure), Retry.Transient);
}

/// <summary>Input of a tenant's orchestration, carried from turn to turn.</summary>
public sealed record TenantState(TenantRef Tenant, int NextEntity = 0);
