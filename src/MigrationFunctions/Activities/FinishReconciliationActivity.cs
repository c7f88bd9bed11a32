using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Activities;

/// <summary>Ends a reconciliation: draws its verdict, and says so where operators look.</summary>
public sealed class FinishReconciliationActivity(
    ReconciliationAccess reconciliations, TimeProvider clock, ILogger<FinishReconciliationActivity> logger)
{
    [Function(nameof(FinishReconciliation))]
    public async Task<ReconciliationVerdict> FinishReconciliation(
        [ActivityTrigger] ReconciliationEnd end, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(end.Reconciliation, cancellationToken);
        var (verdict, unknown) = await target.Reconciliations.FinishAsync(
            context.Id, end.Failure, clock.GetUtcNow(), cancellationToken);
        await target.Audit.WriteOnceAsync(
            new AuditEntry(context.Id, AuditActions.Reconciled, Actors.System, clock.GetUtcNow())
            {
                Outcome = ManifestJson.Name(verdict), Detail = unknown.Count > 0 ? unknown[0] : null,
            }, cancellationToken);
        Metrics.Reconciled(context.Run.Manifest.Name, ManifestJson.Name(verdict));
        using var scope = Log.In(logger, context.Id, context.Run.Manifest.Name);
        if (verdict == ReconciliationVerdict.Equal)
            Log.Equal(logger, context.Id, context.Run.Manifest.Name);
        else if (verdict == ReconciliationVerdict.NotEqual)
            Log.NotEqual(logger, context.Id, context.Run.Manifest.Name);
        else
            Log.VerdictUnknown(logger, context.Id, context.Run.Manifest.Name, unknown.Count, unknown[0]);
        return verdict;
    }
}
