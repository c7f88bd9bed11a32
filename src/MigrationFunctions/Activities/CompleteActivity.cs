using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Ends entities, tenants and runs: counts the source independently, draws the account, records the verdict.</summary>
public sealed class CompleteActivity(ISourceDatabase source, EntityLayouts layouts, RunAccess runs, TimeProvider clock)
{
    /// <summary>Counts the entity's rows in the source, after the last batch.</summary>
    [Function(nameof(CompleteEntity))]
    public async Task<SliceTotals> CompleteEntity([ActivityTrigger] EntityRef entity, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(entity.Tenant.Run, cancellationToken);
        var planned = await layouts.GetAsync(run, entity.Entity, target.Database, cancellationToken);
        var slice = run.Slice(entity.Tenant.TenantId, entity.Tenant.TenantKey, entity.Entity);
        var rows = await source.CountAsync(
            new SourceSlice(planned.Layout.Entity, planned.SourceTable, slice.TenantKey), cancellationToken);
        await target.Ledger.SetSourceRowsAsync(slice, rows, cancellationToken);
        FaultPoint.Pass("entity.complete");
        return await target.Ledger.GetTotalsAsync(slice, cancellationToken);
    }

    [Function(nameof(CompleteTenant))]
    public async Task<Outcome> CompleteTenant([ActivityTrigger] TenantEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Tenant.Run, cancellationToken);
        var progress = await target.Runs.GetProgressAsync(run.RunId, cancellationToken);
        var selected = run.SelectedEntities.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var entities = progress!.Tenants.First(t => t.TenantId == end.Tenant.TenantId).Entities
            .Where(e => selected.Contains(e.Entity)).ToList();
        var failure = end.Failure
            ?? entities.Where(e => !e.IsConserved).Select(e => NotConserved(end.Tenant, e).ToString()).FirstOrDefault();
        var state = failure is not null ? States.Failed
            : entities.Any(e => e.RowsRejected > 0) ? States.CompletedWithRejects : States.Completed;
        await target.Runs.SetTenantStateAsync(run.RunId, end.Tenant.TenantId, state, failure, cancellationToken);
        FaultPoint.Pass("tenant.complete");
        return new Outcome(state, failure);
    }

    [Function(nameof(CompleteRun))]
    public async Task<Outcome> CompleteRun([ActivityTrigger] RunEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Run, cancellationToken);
        var tenants = (await target.Runs.GetProgressAsync(run.RunId, cancellationToken))!.Tenants;
        var failed = tenants.Where(t => t.State == States.Failed).ToList();
        var failure = end.Failure ?? (failed.Count == 0 ? null : $"{failed.Count} of {tenants.Count} tenants failed; first: {failed[0].Failure}");
        var state = failure is not null ? States.Failed
            : tenants.Any(t => t.State == States.CompletedWithRejects) ? States.CompletedWithRejects : States.Completed;
        FaultPoint.Pass("run.before-finish");
        await target.Runs.FinishAsync(run.RunId, state, failure, clock.GetUtcNow(), cancellationToken);
        await target.Runs.UnlockTenantsAsync(run.RunId, cancellationToken);
        FaultPoint.Pass("run.after-finish");
        return new Outcome(state, failure);
    }

    static Problem NotConserved(TenantRef tenant, SliceTotals entity) => new(
        ErrorCodes.NotConserved, $"{entity.Entity} of tenant {tenant.TenantKey}",
        $"The source has {entity.SourceRows} rows; {entity.RowsWritten} were written, {entity.RowsRejected} rejected and "
        + $"{entity.RowsFiltered} filtered in {entity.Done} of {entity.Batches} batches.",
        "The source changed while it was read: start again to take up what was added, and reconcile.");
}
