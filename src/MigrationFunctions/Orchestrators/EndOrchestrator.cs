using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;

namespace MigrationFunctions.Orchestrators;

/// <summary>Ends a run whose own orchestrations were terminated: its record when nothing of it is in flight any more, then its
/// tables.</summary>
public static class EndOrchestrator
{
    [Function(nameof(EndRun))]
    public static async Task EndRun([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunRef>()!;
        await context.CallAsync(Patience.OfCompletion, nameof(CompleteActivity.EndTerminated), run);
        await context.CallSubOrchestratorAsync<string?>(
            nameof(TablesOrchestrator.FinishTables), run,
            new SubOrchestrationOptions { InstanceId = InstanceIds.TablesAfterTerminate(run.RunId) });
    }

    /// <summary>Ends the run from now on, whatever becomes of the caller; one that is being ended already is left alone.</summary>
    public static async Task ScheduleAsync(DurableTaskClient client, RunRef run, CancellationToken cancellationToken)
    {
        var id = InstanceIds.EndOfTerminated(run.RunId);
        if (await IsAtWorkAsync())
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(EndRun), run, new StartOrchestrationOptions(id), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Another request may have been faster.
            if (!await IsAtWorkAsync())
                throw;
        }

        async Task<bool> IsAtWorkAsync() => await client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false };
    }
}
