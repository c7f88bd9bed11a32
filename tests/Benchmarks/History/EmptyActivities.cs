using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Orchestrators;

namespace Benchmarks.History;

/// <summary>The app's own orchestrator over activities of the same names that do nothing: what is left is the local runtime.
/// Answers are as large as real ones.</summary>
static class EmptyActivities
{
    const int BatchesInPage = 20;
    const int Window = 4;

    /// <summary>Batches of the entity.</summary>
    public static int Batches { get; set; }

    [Function(nameof(EntityOrchestrator.MigrateEntity))]
    public static Task MigrateEntity([OrchestrationTrigger] TaskOrchestrationContext context) =>
        EntityOrchestrator.MigrateEntity(context);

    [Function(nameof(PlanPageActivity.PlanPage))]
    public static PageAnswer PlanPage([ActivityTrigger] BatchPageRequest request)
    {
        var last = Math.Min(request.AfterNumber + BatchesInPage, Batches);
        return new PageAnswer(new BatchPage(
            [.. Enumerable.Range(request.AfterNumber + 1, last - request.AfterNumber)], last, last == Batches, Window,
            new RejectTotal(0, 1_000)));
    }

    [Function(nameof(MigrateBatchActivity.MigrateBatch))]
    public static BatchAnswer MigrateBatch([ActivityTrigger] BatchRef batch) =>
        batch is null ? throw new ArgumentNullException(nameof(batch)) : new BatchAnswer();

    [Function(nameof(CompleteActivity.CompleteEntity))]
    public static EntityAnswer CompleteEntity([ActivityTrigger] EntityRef entity) => new(LacksBatches: entity is null);
}
