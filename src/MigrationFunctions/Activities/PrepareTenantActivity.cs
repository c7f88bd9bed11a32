using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Tells a tenant's orchestration what to do, in which order, within which limits. A rehearsal begins with an empty
/// tenant.</summary>
public sealed class PrepareTenantActivity(RunAccess runs)
{
    [Function(nameof(PrepareTenant))]
    public async Task<TenantPlan> PrepareTenant(
        [ActivityTrigger] TenantPlanRequest request, CancellationToken cancellationToken)
    {
        var tenant = request.Tenant;
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        FaultPoint.Pass("tenant.prepare");
        await target.Runs.SetTenantStateAsync(run.RunId, tenant.TenantId, States.Running, null, cancellationToken);
        if (run.Mode == RunMode.Rehearsal && request.From == 0)
            await EmptyAsync(target, run, tenant, cancellationToken);
        var selected = run.SelectedEntities.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var entities = EntityOrder.Levels(run.Manifest).Index()
            .SelectMany(level => level.Item.Where(e => selected.Contains(e.Name)).Select(e => (level.Index, e.Name)))
            .Skip(request.From).Take(request.Count + 1).ToList();
        var levels = entities.Take(request.Count).GroupBy(e => e.Index, e => e.Name)
            .Select(IReadOnlyList<string> (level) => [.. level]).ToList();
        var control = await target.Limits.GetAsync(run, cancellationToken);
        var rejected = (await target.Rejections.FindUntriedEntitiesAsync(
            run.Ledger, run.Manifest.Name, tenant.TenantId, run.RunId, cancellationToken))
            .Where(levels.SelectMany(level => level).Contains).ToList();
        return new TenantPlan(
            levels, entities.Count <= request.Count, control.Limits.TargetWriters, rejected.Count > 0 ? rejected : null);
    }

    // What the rehearsal before wrote. This one has written nothing of the tenant before it is prepared.
    static async Task EmptyAsync(Target target, RunContext run, TenantRef tenant, CancellationToken cancellationToken)
    {
        var totals = await target.Ledger.GetTenantTotalsAsync(run.Ledger, run.Manifest.Name, tenant.TenantId, cancellationToken);
        if (totals.Any(t => t.Done > 0))
            return;
        var entities = EntityOrder.WithChildrenFirst(run.Manifest, run.SelectedEntities.Select(e => e.Name));
        await target.Tables.EmptyAsync(run.RunId, tenant.TenantId, [.. entities.Select(e => e.Target)], cancellationToken);
    }
}
