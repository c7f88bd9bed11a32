using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Plans the next page of batches: what the ledger has planned already and is not done, or new boundaries that
/// the source computes in its own order. Idempotent: a repetition returns the page that the first execution planned.</summary>
public sealed class PlanPageActivity(
    ISourceDatabase source, EntityLayouts layouts, RunAccess runs, SourceReading reading)
{
    const int BatchesInPage = 20;

    [Function(nameof(PlanPage))]
    public async Task<PageAnswer> PlanPage([ActivityTrigger] BatchPageRequest request, CancellationToken cancellationToken)
    {
        var tenant = request.Entity.Tenant;
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        var slice = run.Slice(tenant.TenantId, tenant.TenantKey, request.Entity.Entity);
        var plan = await target.Ledger.GetPlanAsync(slice, cancellationToken);
        var pending = await target.Ledger.GetPendingAsync(slice, request.AfterNumber, BatchesInPage, cancellationToken);
        if (pending.Count == 0 && plan.EndedBy != run.RunId)
        {
            var (_, deferral) = await reading.ReadAsync(target, run, tenant, async () =>
            {
                var entity = await layouts.GetAsync(run, slice.Entity, target.Database, cancellationToken);
                await new SlicePlanner(source.For(run), target.Ledger).PlanOnAsync(
                    run, slice, entity.SliceOf(tenant.TenantKey), plan, BatchesInPage, cancellationToken);
                return true;
            }, cancellationToken);
            if (deferral is not null)
                return new PageAnswer(null, deferral);
            FaultPoint.Pass("planner.after-ledger");
            plan = await target.Ledger.GetPlanAsync(slice, cancellationToken);
            pending = await target.Ledger.GetPendingAsync(slice, request.AfterNumber, BatchesInPage, cancellationToken);
        }
        return new PageAnswer(await PageAsync(target, run, slice, plan, pending, cancellationToken));
    }

    static async Task<BatchPage> PageAsync(
        Target target, RunContext run, Slice slice, SlicePlan plan, IReadOnlyList<int> pending,
        CancellationToken cancellationToken)
    {
        // A full page may leave planned batches behind it; then the page ends at its own last batch. It is the last one when
        // this run has seen that nothing comes after it: what another run has seen may be long past.
        var last = pending.Count == BatchesInPage ? pending[^1] : plan.LastNumber;
        var limits = (await target.Limits.GetAsync(run, cancellationToken)).Limits;
        var rejected = await target.Ledger.CountRejectedAsync(
            slice.Ledger, slice.Manifest, slice.TenantId, run.RunId, cancellationToken);
        return new BatchPage(
            pending, last, plan.EndedBy == run.RunId && last == plan.LastNumber,
            Math.Min(limits.BatchWindow, limits.TargetWriters), new RejectTotal(rejected, limits.RejectLimit));
    }
}
