using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;

namespace MigrationFunctions.Orchestrators;

/// <summary>Leaves the tables of a run as they should be, whatever became of its rows: what was dropped for the load is made
/// again, one thing after the other, then statistics are gathered.</summary>
public static class TablesOrchestrator
{
    /// <summary>Returns the first failure, or null. What one thing fails at does not keep the others from being made.</summary>
    [Function(nameof(FinishTables))]
    public static async Task<string?> FinishTables([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunRef>()!;
        string? failure = null;
        try
        {
            var dropped = await context.CallAsync<List<DroppedDefinition>>(
                Patience.OfCompletion, nameof(TablesActivity.ListDropped), run);
            foreach (var definition in dropped)
                failure = await RebuildAsync(context, new RebuildRequest(run, definition)) is { } failed
                    ? failure ?? failed
                    : failure;
            await context.CallAsync(Patience.OfCompletion, nameof(TablesActivity.GatherStatistics), run);
            return failure;
        }
        catch (TaskFailedException e)
        {
            return failure ?? Failure.Describe(e);
        }
    }

    static async Task<string?> RebuildAsync(TaskOrchestrationContext context, RebuildRequest request)
    {
        try
        {
            await context.CallAsync(Patience.OfCompletion, nameof(TablesActivity.RebuildDefinition), request);
            return null;
        }
        catch (TaskFailedException e)
        {
            return Failure.Describe(e);
        }
    }
}
