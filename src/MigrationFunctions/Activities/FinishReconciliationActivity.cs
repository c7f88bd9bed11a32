using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;

namespace MigrationFunctions.Activities;

/// <summary>Ends a reconciliation: draws its verdict, and says so where operators look.</summary>
public sealed class FinishReconciliationActivity(
    ReconciliationAccess reconciliations, TimeProvider clock, ILogger<FinishReconciliationActivity> logger)
{
    /// <returns>Whether both sides are equal; null after a failure.</returns>
    [Function(nameof(FinishReconciliation))]
    public async Task<bool?> FinishReconciliation(
        [ActivityTrigger] ReconciliationEnd end, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(end.Reconciliation, cancellationToken);
        var isEqual = await target.Reconciliations.FinishAsync(
            context.Id, end.Failure, clock.GetUtcNow(), cancellationToken);
        await target.Audit.WriteOnceAsync(
            new AuditEntry(context.Id, AuditActions.Reconciled, Actors.System, clock.GetUtcNow())
            {
                Outcome = isEqual switch { true => "equal", false => "not equal", null => "failed" }, Detail = end.Failure,
            }, cancellationToken);
        Metrics.Reconciled(context.Run.Manifest.Name, isEqual);
        using var scope = Log.In(logger, context.Id, context.Run.Manifest.Name);
        if (isEqual is true)
            Log.Equal(logger, context.Id, context.Run.Manifest.Name);
        else if (isEqual is false)
            Log.NotEqual(logger, context.Id, context.Run.Manifest.Name);
        else
            Log.ReconciliationFailed(logger, context.Id, context.Run.Manifest.Name);
        return isEqual;
    }
}
