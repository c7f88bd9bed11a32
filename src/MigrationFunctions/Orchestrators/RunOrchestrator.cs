using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Orchestrators;

/// <summary>A run: preflight, plan, then the tenants in a bounded window, those with most to do first. A tenant that fails
/// fails alone.</summary>
public static class RunOrchestrator
{
    // As many as leave room in the history for the retries of four activities.
    const int TenantsInTurn = 60;

    [Function(nameof(RunMigration))]
    public static async Task<Outcome> RunMigration([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<RunState>()!;
        var isPlanned = state.NextTenant > 0;
        try
        {
            if (!isPlanned)
            {
                await context.CallAsync(Patience.OfWork, nameof(PreflightActivity.Preflight), state.Run);
                await context.CallAsync(Patience.OfWork, nameof(PlanActivity.PlanRun), state.Run);
                isPlanned = true;
                await context.CallAsync(Patience.OfWork, nameof(TablesActivity.PrepareTables), state.Run);
            }
            var page = await context.CallAsync<TenantPage>(
                Patience.OfWork, nameof(PlanActivity.ListTenants), new TenantPageRequest(state.Run, state.NextTenant, TenantsInTurn));
            context.SetCustomStatus(new { firstTenant = state.NextTenant, tenants = page.Tenants.Count });
            await RunTenantsAsync(context, state, page);
            if (page.Tenants.Count == TenantsInTurn)
            {
                context.ContinueAsNew(state with { NextTenant = state.NextTenant + TenantsInTurn });
                return new Outcome(States.Running, null);
            }
            return await CompleteAsync(context, state.Run, null, isPlanned);
        }
        catch (TaskFailedException e)
        {
            return await CompleteAsync(context, state.Run, Failure.Describe(e), isPlanned);
        }
    }

    static Task RunTenantsAsync(TaskOrchestrationContext context, RunState state, TenantPage page)
    {
        var window = page.Window;
        return BoundedWindow.RunAsync(page.Tenants.Index(), () => window, async numbered =>
        {
            var tenant = new TenantRef(state.Run, numbered.Item.Id, numbered.Item.Key, numbered.Item.TimeZone);
            var id = InstanceIds.Tenant(state.Run.RunId, state.NextTenant + numbered.Index);
            var outcome = await context.CallSubOrchestratorAsync<Outcome>(
                nameof(TenantOrchestrator.MigrateTenant), new TenantState(tenant), new SubOrchestrationOptions { InstanceId = id });
            window = outcome.TenantWindow ?? window;
        });
    }

    // Before it is planned a run has touched no table.
    static async Task<Outcome> CompleteAsync(
        TaskOrchestrationContext context, RunRef run, string? failure, bool isPlanned)
    {
        if (isPlanned)
        {
            failure ??= await context.CallSubOrchestratorAsync<string?>(
                nameof(VerificationOrchestrator.VerifyRun), new VerificationState(run),
                new SubOrchestrationOptions { InstanceId = InstanceIds.Verification(run.RunId) });
            var ofTables = await context.CallSubOrchestratorAsync<string?>(
                nameof(TablesOrchestrator.FinishTables), run,
                new SubOrchestrationOptions { InstanceId = InstanceIds.Tables(run.RunId) });
            failure ??= ofTables;
        }
        return await context.CallAsync<Outcome>(
            Patience.OfCompletion, nameof(CompleteActivity.CompleteRun), new RunEnd(run, failure));
    }
}

/// <summary>Input of a run's orchestration, carried from turn to turn.</summary>
public sealed record RunState(RunRef Run, int NextTenant = 0);
