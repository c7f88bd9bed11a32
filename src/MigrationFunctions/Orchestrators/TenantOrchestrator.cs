using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;

namespace MigrationFunctions.Orchestrators;

/// <summary>One tenant: its entities in the order of their references. Its failure is its outcome, never an exception, so
/// that the other tenants go on.</summary>
public static class TenantOrchestrator
{
    [Function(nameof(MigrateTenant))]
    public static async Task<Outcome> MigrateTenant([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var tenant = context.GetInput<TenantRef>()!;
        try
        {
            var plan = await context.CallActivityAsync<TenantPlan>(
                nameof(PrepareTenantActivity.PrepareTenant), tenant, Retry.Transient);
            var rejected = plan.RejectedSoFar;
            foreach (var entity in plan.Levels.SelectMany(level => level))
            {
                var input = new EntityState(new EntityRef(tenant, entity), plan.BatchWindow, plan.RejectLimit, rejected);
                rejected = await context.CallSubOrchestratorAsync<long>(
                    nameof(EntityOrchestrator.MigrateEntity), input,
                    new SubOrchestrationOptions { InstanceId = InstanceIds.Entity(context.InstanceId, entity) });
            }
            return await CompleteAsync(context, tenant, null);
        }
        catch (TaskFailedException e)
        {
            return await CompleteAsync(context, tenant, Failure.Describe(e));
        }
    }

    static Task<Outcome> CompleteAsync(TaskOrchestrationContext context, TenantRef tenant, string? failure) =>
        context.CallActivityAsync<Outcome>(nameof(CompleteActivity.CompleteTenant), new TenantEnd(tenant, failure), Retry.Transient);
}
