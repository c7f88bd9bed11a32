using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Activities;

/// <summary>Tells a tenant's orchestration what to do, in which order, within which limits.</summary>
public sealed class PrepareTenantActivity(RunAccess runs)
{
    [Function(nameof(PrepareTenant))]
    public async Task<TenantPlan> PrepareTenant([ActivityTrigger] TenantRef tenant, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        FaultPoint.Pass("tenant.prepare");
        await target.Runs.SetTenantStateAsync(run.RunId, tenant.TenantId, States.Running, null, cancellationToken);
        var rejected = await target.Ledger.CountRejectedAsync(run.Ledger, run.Manifest.Name, tenant.TenantId, cancellationToken);
        var selected = run.SelectedEntities.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var levels = EntityOrder.Levels(run.Manifest)
            .Select(IReadOnlyList<string> (level) => [.. level.Select(e => e.Name).Where(selected.Contains)])
            .Where(level => level.Count > 0)
            .ToList();
        return new TenantPlan(levels, run.Options.BatchWindow, run.Options.RejectLimit, rejected);
    }
}
