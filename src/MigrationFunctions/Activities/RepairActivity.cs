using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Activities;

/// <summary>Puts right what a reconciliation found. Every activity may be repeated.</summary>
public sealed class RepairActivity(
    ISourceDatabase source, EntityLayouts layouts, ReconciliationAccess reconciliations, HealingAudit healing,
    TimeProvider clock)
{
    /// <summary>Makes sure of the repair's locks, as a run does.</summary>
    /// <exception cref="MigrationException">MIG2103: another run has come in between.</exception>
    [Function(nameof(KeepRepairLocks))]
    public async Task KeepRepairLocks([ActivityTrigger] RepairRef repair, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(repair.Reconciliation, cancellationToken);
        var tenants = (await target.Repairs.GetItemsToRepairAsync(context.Id, cancellationToken))
            .Select(i => i.Tenant).DistinctBy(t => t.Id).ToList();
        await RunStarter.KeepLocksAsync(repair.RepairId, repair.TaskHub, tenants, target, cancellationToken);
    }

    /// <summary>A page of the slices that have differences or open rejections: parents first to be written, last to be deleted.</summary>
    [Function(nameof(ListRepairs))]
    public async Task<List<ReconciliationItem>> ListRepairs(
        [ActivityTrigger] RepairPageRequest page, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(page.Repair.Reconciliation, cancellationToken);
        var items = await target.Repairs.GetItemsToRepairAsync(context.Id, cancellationToken);
        var levels = EntityOrder.Levels(context.Run.Manifest).Index()
            .SelectMany(level => level.Item.Select(e => (e.Name, level.Index)))
            .ToDictionary(e => e.Name, e => page.Step == RepairStep.Write ? e.Index : -e.Index, StringComparer.Ordinal);
        return [.. items.OrderBy(i => levels[i.Entity]).ThenBy(i => i.Ordinal).Skip(page.From).Take(page.Count)];
    }

    [Function(nameof(RepairSlice))]
    public async Task RepairSlice([ActivityTrigger] RepairSliceRef slice, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(slice.Repair.Reconciliation, cancellationToken);
        var entity = await layouts.GetAsync(context.Run, slice.Item.Entity, target.Database, cancellationToken);
        await new SliceRepairer(source.For(context.Run), target, context, slice.Item, entity)
            .RepairAsync(slice.Repair.RepairId, slice.Step, slice.Repair.Request, cancellationToken);
        FaultPoint.Pass("repair.slice");
        if (slice is { Step: RepairStep.Write, Repair.Request.DryRun: false })
            await healing.WriteAsync(
                target, context.Run.Slice(slice.Item.TenantId, slice.Item.TenantKey, slice.Item.Entity), slice.Repair.RepairId,
                cancellationToken);
    }

    /// <summary>Stores the reconciliation that looks whether the repair has helped: as deep as the first, of all its tenants and
    /// entities.</summary>
    [Function(nameof(BeginFollowUp))]
    public async Task<ReconciliationRef> BeginFollowUp(
        [ActivityTrigger] RepairRef repair, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(repair.Reconciliation, cancellationToken);
        var items = await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken);
        var tenants = items.Select(i => i.Tenant).DistinctBy(t => t.Id).ToList();
        var followUp = context with
        {
            Run = context.Run with { RunId = repair.RepairId + "-check" }, Trigger = ReconciliationTriggers.Repair,
        };
        await target.Reconciliations.AddAsync(followUp, tenants, clock.GetUtcNow(), cancellationToken);
        await target.Repairs.SetFollowUpAsync(repair.RepairId, followUp.Id, cancellationToken);
        return repair.Reconciliation with { Id = followUp.Id };
    }

    [Function(nameof(FinishRepair))]
    public async Task FinishRepair([ActivityTrigger] RepairEnd end, CancellationToken cancellationToken)
    {
        var (target, _) = await reconciliations.GetAsync(end.Repair.Reconciliation, cancellationToken);
        var now = clock.GetUtcNow();
        await target.Audit.WriteOnceAsync(
            new AuditEntry(end.Repair.RepairId, AuditActions.Repaired, Actors.System, now)
            {
                Outcome = end.Failure is null ? States.Completed : States.Failed, Detail = end.Failure,
            }, cancellationToken);
        // Whoever sees that it has ended can start the next run.
        await target.Runs.UnlockTenantsAsync(end.Repair.RepairId, cancellationToken);
        await target.Repairs.FinishAsync(end.Repair.RepairId, end.Failure, now, cancellationToken);
    }
}
