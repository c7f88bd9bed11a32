using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Ends entities, tenants and runs: counts the source independently, draws the account, records the verdict.</summary>
public sealed class CompleteActivity(
    ISourceDatabase source, EntityLayouts layouts, RunAccess runs, SourceReading reader, TimeProvider clock,
    ILogger<CompleteActivity> logger)
{
    /// <summary>Makes the entity's batches final, sees that none is missing, and counts its rows in the source.</summary>
    [Function(nameof(CompleteEntity))]
    public async Task<EntityAnswer> CompleteEntity([ActivityTrigger] EntityRef entity, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(entity.Tenant.Run, cancellationToken);
        var slice = run.Slice(entity.Tenant.TenantId, entity.Tenant.TenantKey, entity.Entity);
        await target.Ledger.FlushAsync(slice, cancellationToken);
        FaultPoint.Pass("entity.flushed");
        var isPlanned = (await target.Ledger.GetPlanAsync(slice, cancellationToken)).IsComplete;
        if (!isPlanned || (await target.Ledger.GetPendingAsync(slice, 0, 1, cancellationToken)).Count > 0)
            return new EntityAnswer(LacksBatches: true);
        var rows = await reader.ReadAsync(target, run, entity.Tenant, async () =>
        {
            var planned = await layouts.GetAsync(run, entity.Entity, target.Database, cancellationToken);
            return await source.CountAsync(planned.SliceOf(slice.TenantKey), cancellationToken);
        }, cancellationToken);
        if (rows.Deferral is not null)
            return new EntityAnswer(LacksBatches: false, rows.Deferral);
        await target.Ledger.SetSourceRowsAsync(slice, rows.Value, cancellationToken);
        FaultPoint.Pass("entity.complete");
        return new EntityAnswer(LacksBatches: false);
    }

    [Function(nameof(CompleteTenant))]
    public async Task<Outcome> CompleteTenant([ActivityTrigger] TenantEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Tenant.Run, cancellationToken);
        var totals = await target.Ledger.GetTenantTotalsAsync(
            run.Ledger, run.Manifest.Name, end.Tenant.TenantId, cancellationToken);
        var selected = run.SelectedEntities.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var entities = totals.Where(e => selected.Contains(e.Entity)).ToList();
        var failure = end.Failure
            ?? entities.Where(e => !e.IsConserved).Select(e => NotConserved(end.Tenant, e).ToString()).FirstOrDefault();
        var state = failure is not null ? States.Failed
            : entities.Any(e => e.RowsRejected > 0) ? States.CompletedWithRejects : States.Completed;
        await target.Runs.SetTenantStateAsync(run.RunId, end.Tenant.TenantId, state, failure, cancellationToken);
        await target.Audit.WriteOnceAsync(
            Ended(run.RunId, AuditActions.TenantFinished, state, entities) with { Tenant = end.Tenant.TenantKey, Detail = failure },
            cancellationToken);
        using var scope = Log.In(logger, run.RunId, run.Manifest.Name, end.Tenant.TenantKey);
        if (failure is null)
            Log.TenantEnded(logger, run.RunId, end.Tenant.TenantKey, state);
        else
            Log.TenantFailed(logger, run.RunId, end.Tenant.TenantKey, failure);
        FaultPoint.Pass("tenant.complete");
        var control = await target.Limits.GetAsync(run, cancellationToken);
        return new Outcome(state, failure, control.Limits.TenantWindow);
    }

    [Function(nameof(CompleteRun))]
    public async Task<Outcome> CompleteRun([ActivityTrigger] RunEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Run, cancellationToken);
        var tenants = (await target.Runs.GetProgressAsync(run.RunId, cancellationToken))!.Tenants;
        var failed = tenants.Where(t => t.State == States.Failed).ToList();
        var failure = end.Failure ?? (failed.Count == 0
            ? null
            : $"{failed.Count} of {tenants.Count} tenants failed; first: {failed[0].Failure}");
        var state = failure is not null ? States.Failed
            : tenants.Any(t => t.State == States.CompletedWithRejects) ? States.CompletedWithRejects : States.Completed;
        FaultPoint.Pass("run.before-finish");
        await target.Audit.WriteOnceAsync(
            Ended(run.RunId, AuditActions.Finished, state, tenants.SelectMany(t => t.Entities)) with
            {
                // What a failed run leaves in flight may still commit, so its batches are not final.
                Detail = failure ?? await target.Audit.GetLedgerDigestAsync(run.RunId, cancellationToken),
            }, cancellationToken);
        await target.Runs.FinishAsync(run.RunId, state, failure, clock.GetUtcNow(), cancellationToken);
        using var scope = Log.In(logger, run.RunId, run.Manifest.Name);
        if (failure is null)
            Log.RunEnded(logger, run.RunId, state, tenants.Count);
        else
            Log.RunFailed(logger, run.RunId, failure);
        FaultPoint.Pass("run.after-finish");
        return new Outcome(state, failure);
    }

    AuditEntry Ended(string runId, string action, string state, IEnumerable<SliceTotals> slices) =>
        new(runId, action, Actors.System, clock.GetUtcNow()) { Outcome = state, Counts = AuditEntry.CountsOf(slices) };

    static Problem NotConserved(TenantRef tenant, SliceTotals entity) => new(
        ErrorCodes.NotConserved, $"{entity.Entity} of tenant {tenant.TenantKey}",
        $"The source has {entity.SourceRows} rows; {entity.RowsWritten} were written, {entity.RowsRejected} rejected and "
        + $"{entity.RowsFiltered} filtered in {entity.Done} of {entity.Batches} batches.",
        "The source changed while it was read: start again to take up what was added, and reconcile.");
}
