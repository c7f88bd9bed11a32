using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Moves one batch. At least once by Durable Task, exactly once in effect by the ledger.</summary>
public sealed class MigrateBatchActivity(ISourceDatabase source, EntityLayouts layouts, RunAccess runs)
{
    [Function(nameof(MigrateBatch))]
    public async Task<BatchResult> MigrateBatch([ActivityTrigger] BatchRef batch, CancellationToken cancellationToken)
    {
        FaultPoint.Pass("batch.before");
        var tenant = batch.Entity.Tenant;
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        var entity = await layouts.GetAsync(run, batch.Entity.Entity, target.Database, cancellationToken);
        var work = new BatchWork(run, tenant.ToTenant(), entity, batch.Number);
        var result = await new BatchCopier(source, target.Database).CopyAsync(work, cancellationToken);
        FaultPoint.Pass("batch.after");
        return result;
    }
}
