using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Plans the next page of batches: what the ledger has planned already and is not done, or new boundaries that
/// the source computes in its own order. Idempotent: a repetition returns the page that the first execution planned.</summary>
public sealed class PlanPageActivity(ISourceDatabase source, EntityLayouts layouts, RunAccess runs)
{
    const int BatchesInPage = 20;

    [Function(nameof(PlanPage))]
    public async Task<BatchPage> PlanPage([ActivityTrigger] BatchPageRequest request, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(request.Entity.Tenant.Run, cancellationToken);
        var tenant = request.Entity.Tenant;
        var slice = run.Slice(tenant.TenantId, tenant.TenantKey, request.Entity.Entity);
        var plan = await target.Ledger.GetPlanAsync(slice, cancellationToken);
        var pending = await target.Ledger.GetPendingAsync(slice, request.AfterNumber, BatchesInPage, cancellationToken);
        if (pending.Count == 0 && !plan.IsComplete)
        {
            FaultPoint.Pass("planner.before-source");
            var entity = await layouts.GetAsync(run, slice.Entity, target.Database, cancellationToken);
            var batches = await source.PlanAsync(
                new SourceSlice(entity.Layout.Entity, entity.SourceTable, tenant.TenantKey),
                new SlicePosition(plan.LastNumber, plan.LastUpTo), run.Options.BatchSize, BatchesInPage, cancellationToken);
            FaultPoint.Pass("planner.before-ledger");
            var isLast = batches.Sum(b => b.PlannedRows) < (long)run.Options.BatchSize * BatchesInPage;
            await target.Ledger.PlanAsync(slice, batches, isLast, cancellationToken);
            FaultPoint.Pass("planner.after-ledger");
            plan = await target.Ledger.GetPlanAsync(slice, cancellationToken);
            pending = await target.Ledger.GetPendingAsync(slice, request.AfterNumber, BatchesInPage, cancellationToken);
        }
        // A full page may leave planned batches behind it; then the page ends at its own last batch.
        var last = pending.Count == BatchesInPage ? pending[^1] : plan.LastNumber;
        return new BatchPage(pending, last, plan.IsComplete && last == plan.LastNumber);
    }
}
