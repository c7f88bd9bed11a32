using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Plans a run: its tenants were stored when it was started; rows that belong to none of them are counted now.</summary>
public sealed class PlanActivity(ISourceDatabase source, RunAccess runs)
{
    [Function(nameof(PlanRun))]
    public async Task PlanRun([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        FaultPoint.Pass("plan.before");
        await target.Database.PrepareAsync(run.Manifest, cancellationToken);
        foreach (var entity in run.SelectedEntities)
        {
            var rows = await source.CountUnassignedAsync(run.Manifest, entity, cancellationToken);
            await target.Runs.SetUnassignedAsync(run.RunId, entity.Name, rows, cancellationToken);
        }
        FaultPoint.Pass("plan.after");
    }

    /// <summary>A page of the run's tenants in their order of work.</summary>
    [Function(nameof(ListTenants))]
    public async Task<List<Tenant>> ListTenants([ActivityTrigger] TenantPageRequest page, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(page.Run, cancellationToken);
        return [.. await target.Runs.GetTenantsAsync(run.RunId, page.From, page.Count, cancellationToken)];
    }
}
