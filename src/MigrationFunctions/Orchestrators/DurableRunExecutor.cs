using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Orchestrators;

/// <summary>Executes runs as orchestrations whose instance id is the run's id.</summary>
sealed class DurableRunExecutor(DurableTaskClient client, TaskHubIdentity taskHub) : IRunExecutor
{
    public string TaskHub => taskHub.Name;

    public async Task<bool> IsGoneAsync(string runId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(runId, cancellationToken) is not { IsCompleted: false };

    public Task ScheduleAsync(RunContext run, CancellationToken cancellationToken) =>
        client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrchestrator.RunMigration),
            new RunState(new RunRef(run.RunId, run.Mode)),
            new StartOrchestrationOptions(run.RunId), cancellationToken);
}
