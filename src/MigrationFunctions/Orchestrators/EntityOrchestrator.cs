using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>One entity of one tenant: pages of batches in a bounded window, the next page planned while this one runs.
/// History stays below 500 events at any table size, however often batches are retried or put off: the orchestration
/// continues as new in time.</summary>
public static class EntityOrchestrator
{
    /// <summary>Returns why the entity's account does not fit, coded, or null: its rows are moved all the same, and so may be
    /// those that refer to them.</summary>
    [Function(nameof(MigrateEntity))]
    public static async Task<string?> MigrateEntity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var turn = new EntityTurn(context, context.GetInput<EntityState>()!);
        if (await turn.RunAsync() is { } next)
            // An operator's change that nobody rested for is seen by the next activity anyway.
            context.ContinueAsNew(next, preserveUnprocessedEvents: false);
        return turn.AccountFailure;
    }
}
