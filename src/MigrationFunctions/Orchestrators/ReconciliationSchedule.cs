using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Orchestrators;

/// <summary>Hands reconciliations to Durable Task, as orchestrations whose instance id is the reconciliation's.</summary>
static class ReconciliationSchedule
{
    public static Task ScheduleAsync(
        this DurableTaskClient client, ReconciliationContext context, CancellationToken cancellationToken) =>
        client.ScheduleNewOrchestrationInstanceAsync(
            nameof(ReconciliationOrchestrator.Reconcile),
            new ReconciliationState(new ReconciliationRef(context.Id, context.Run.Mode)),
            new StartOrchestrationOptions(context.Id), cancellationToken);
}
