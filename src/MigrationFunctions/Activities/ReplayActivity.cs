using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Activities;

/// <summary>Tries rejections of earlier runs again before an entity's batches: in the order of the entities, so that orphans
/// follow their parents within one run. Exactly once in effect, however often it is repeated.</summary>
public sealed class ReplayActivity(
    ISourceDatabase source, EntityLayouts layouts, RunAccess runs, SourceReading reading, HealingAudit healing)
{
    /// <summary>Some two thousand legacy keys, within the tenant's hours and the run's readers.</summary>
    [Function(nameof(ReplayRejects))]
    public async Task<ReplayAnswer> ReplayRejects(
        [ActivityTrigger] ReplayRequest request, CancellationToken cancellationToken)
    {
        var tenant = request.Entity.Tenant;
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        var (next, deferral) = await reading.ReadAsync(target, run, tenant, async () =>
        {
            var entity = await layouts.GetAsync(run, request.Entity.Entity, target.Database, cancellationToken);
            return await new RejectionReplay(source.For(run), target, new RowSlice(run, tenant.ToTenant(), entity)).ReplayAsync(
                new RejectionTry(run.RunId, IsRepair: false), request.After, cancellationToken);
        }, cancellationToken);
        if (deferral is not null)
            return new ReplayAnswer(request.After, deferral);
        if (next is null)
            await healing.WriteAsync(
                target, run.Slice(tenant.TenantId, tenant.TenantKey, request.Entity.Entity), run.RunId, cancellationToken);
        return new ReplayAnswer(next);
    }
}
