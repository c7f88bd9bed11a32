using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Accounting;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Ends entities, tenants and runs: has both databases count, draws the account, records the verdict.</summary>
public sealed class CompleteActivity(
    ISourceDatabase source, EntityLayouts layouts, RunAccess runs, SourceReading reader, TimeProvider clock,
    ILogger<CompleteActivity> logger)
{
    /// <summary>Makes the entity's batches final, sees that none is missing, has both sides count its rows, and says why the
    /// account does not fit if it does not.</summary>
    [Function(nameof(CompleteEntity))]
    public async Task<EntityAnswer> CompleteEntity([ActivityTrigger] EntityRef entity, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(entity.Tenant.Run, cancellationToken);
        var slice = run.Slice(entity.Tenant.TenantId, entity.Tenant.TenantKey, entity.Entity);
        await target.Ledger.FlushAsync(slice, cancellationToken);
        FaultPoint.Pass("entity.flushed");
        var endedBy = (await target.Ledger.GetPlanAsync(slice, cancellationToken)).EndedBy;
        if (endedBy != run.RunId || (await target.Ledger.GetPendingAsync(slice, 0, 1, cancellationToken)).Count > 0)
            return new EntityAnswer(LacksBatches: true);
        var planned = await layouts.GetAsync(run, entity.Entity, target.Database, cancellationToken);
        var rows = planned.SliceOf(slice.TenantKey);
        var (counted, deferral) = await reader.ReadAsync(
            target, run, entity.Tenant, () => source.For(run).CountAsync(rows, cancellationToken), cancellationToken);
        if (deferral is not null)
            return new EntityAnswer(LacksBatches: false, deferral);
        long? held = run.Mode == RunMode.DryRun
            ? null
            : await target.Counts.CountAsync(run, planned.Layout.Entity, slice.TenantId, cancellationToken);
        await target.Ledger.SetCountsAsync(slice, counted, held, cancellationToken);
        FaultPoint.Pass("entity.counted");
        var totals = await target.Ledger.GetTotalsAsync(slice, cancellationToken);
        var answer = totals.IsConserved
            ? new EntityAnswer(LacksBatches: false)
            : await DiagnoseAsync(target, run, entity, rows, totals, cancellationToken);
        FaultPoint.Pass("entity.complete");
        return answer;
    }

    async Task<EntityAnswer> DiagnoseAsync(
        Target target, RunContext run, EntityRef entity, SourceSlice rows, SliceTotals totals,
        CancellationToken cancellationToken)
    {
        var slice = run.Slice(entity.Tenant.TenantId, entity.Tenant.TenantKey, entity.Entity);
        var (problem, deferral) = await reader.ReadAsync(
            target, run, entity.Tenant, () => new SliceDiagnosis(source.For(run), target.Ledger).OfAsync(
                run, slice, rows, totals, cancellationToken), cancellationToken);
        return new EntityAnswer(LacksBatches: false, deferral, problem?.ToString());
    }

    [Function(nameof(CompleteTenant))]
    public async Task<Outcome> CompleteTenant([ActivityTrigger] TenantEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Tenant.Run, cancellationToken);
        var totals = await target.Ledger.GetTenantTotalsAsync(
            run.Ledger, run.Manifest.Name, end.Tenant.TenantId, cancellationToken);
        var selected = run.SelectedEntities.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var entities = totals.Where(e => selected.Contains(e.Entity)).ToList();
        var control = await target.Limits.GetAsync(run, cancellationToken);
        var (state, failure) = TenantVerdict.Of(
            run, end.Tenant.TenantKey, end.Failure, entities, control.Limits.RejectLimit);
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
        return new Outcome(state, failure, control.Limits.TenantWindow);
    }

    [Function(nameof(CompleteRun))]
    public async Task<Outcome> CompleteRun([ActivityTrigger] RunEnd end, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(end.Run, cancellationToken);
        var tenants = (await target.Runs.GetProgressAsync(run.RunId, cancellationToken))!.Tenants;
        var (state, failure) = RunVerdict.Of(run, end.Failure, tenants);
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

    /// <summary>Ends a run that was told to end.</summary>
    [Function(nameof(EndTerminated))]
    public async Task EndTerminated([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        await target.Runs.FinishAsync(run.RunId, States.Terminated, null, clock.GetUtcNow(), cancellationToken);
    }

    AuditEntry Ended(string runId, string action, string state, IEnumerable<SliceTotals> slices) =>
        new(runId, action, Actors.System, clock.GetUtcNow()) { Outcome = state, Counts = AuditEntry.CountsOf(slices) };
}
