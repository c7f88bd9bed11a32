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
            var dropped = await context.CallActivityAsync<List<DroppedDefinition>>(
                nameof(TablesActivity.ListDropped), run, Retry.Transient);
            foreach (var definition in dropped)
                failure = await RebuildAsync(context, new RebuildRequest(run, definition)) is { } failed
                    ? failure ?? failed
                    : failure;
            await context.CallActivityAsync(nameof(TablesActivity.GatherStatistics), run, Retry.Transient);
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
            await context.CallActivityAsync(nameof(TablesActivity.RebuildDefinition), request, Retry.Transient);
            return null;
        }
        catch (TaskFailedException e)
        {
            return Failure.Describe(e);
        }
    }
}
