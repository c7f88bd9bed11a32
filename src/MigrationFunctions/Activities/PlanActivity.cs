using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Plans a run: its tenants were stored when it was started; rows that belong to none of them are counted now, and
/// so are those of each, so that the largest goes first.</summary>
public sealed class PlanActivity(ISourceDatabase source, RunAccess runs)
{
    [Function(nameof(PlanRun))]
    public async Task PlanRun([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        FaultPoint.Pass("plan.before");
        if (run.Mode != RunMode.DryRun)
        {
            await target.Database.PrepareAsync(run.Manifest, cancellationToken);
            await target.Validation.RefreshAsync(run, cancellationToken);
        }
        await CountAsync(target, run, cancellationToken);
        FaultPoint.Pass("plan.after");
    }

    // One count of each table for all tenants together: who has most to do, how much is left while pages are still planned, and
    // what belongs to nobody. Whether the tenants' slices add up to it is asked again when the run ends.
    async Task CountAsync(Target target, RunContext run, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entity in run.SelectedEntities)
        {
            var census = await source.For(run).CountByTenantAsync(run.Manifest, entity, cancellationToken);
            await target.Runs.SetUnassignedAsync(run.RunId, entity.Name, census.Unassigned, cancellationToken);
            var counts = census.ByTenant.ToDictionary(c => c.Key, c => c.Value.Rows, StringComparer.Ordinal);
            await target.Runs.SetExpectedRowsAsync(run.RunId, entity.Name, counts, cancellationToken);
            foreach (var (tenant, count) in counts)
                rows[tenant] = rows.GetValueOrDefault(tenant) + count;
        }
        await target.Runs.SetWeightsAsync(run.RunId, rows, cancellationToken);
    }

    /// <summary>A page of the run's tenants in their order of work.</summary>
    [Function(nameof(ListTenants))]
    public async Task<TenantPage> ListTenants([ActivityTrigger] TenantPageRequest page, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(page.Run, cancellationToken);
        var tenants = await target.Runs.GetTenantsAsync(run.RunId, page.From, page.Count, cancellationToken);
        return new TenantPage(tenants, (await target.Limits.GetAsync(run, cancellationToken)).Limits.TenantWindow);
    }
}
