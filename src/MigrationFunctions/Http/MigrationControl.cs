using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Steers a run. A batch that is being written when a run is suspended or terminated ends by itself: it is
/// committed whole, or not at all.</summary>
public sealed class MigrationControl(ITargets targets, TimeProvider clock)
{
    /// <summary>No new batch is started until the run is resumed. Answers when its orchestrations stand still, or after some
    /// seconds.</summary>
    [Function(nameof(SuspendMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public Task<IActionResult> SuspendMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/suspend")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        SteerAsync(request, client, runId, States.Suspended, i => !IsSuspended(i), instance =>
        {
            FaultPoint.Pass("control.suspend");
            return client.SuspendInstanceAsync(instance, "operator", cancellationToken);
        }, cancellationToken);

    [Function(nameof(ResumeMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public Task<IActionResult> ResumeMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/resume")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        SteerAsync(request, client, runId, States.Running, IsSuspended, instance =>
        {
            FaultPoint.Pass("control.resume");
            return client.ResumeInstanceAsync(instance, "operator", cancellationToken);
        }, cancellationToken);

    /// <summary>Ends the run for good. What is in the ledger stays; a new run of the same manifest goes on from there.
    /// Indexes and foreign keys that the run had dropped are made again.</summary>
    [Function(nameof(TerminateMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public async Task<IActionResult> TerminateMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/terminate")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var answer = await SteerAsync(request, client, runId, States.Terminated, _ => true, instance =>
        {
            FaultPoint.Pass("control.terminate");
            return client.TerminateInstanceAsync(instance, new TerminateInstanceOptions("operator"), cancellationToken);
        }, cancellationToken);
        if (answer is ContentResult { StatusCode: 202 } && await targets.FindRunAsync(runId, cancellationToken) is { } found)
        {
            await found.Target.Runs.FinishAsync(
                runId, States.Terminated, "Terminated by an operator.", clock.GetUtcNow(), cancellationToken);
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(TablesOrchestrator.FinishTables), new RunRef(runId, found.Run.Mode),
                new StartOrchestrationOptions(InstanceIds.TablesAfterTerminate(runId)), cancellationToken);
        }
        return answer;
    }

    async Task<IActionResult> SteerAsync(
        HttpRequest request, DurableTaskClient client, string runId, string state, Func<OrchestrationMetadata, bool> isDue,
        Func<string, Task> steer, CancellationToken cancellationToken)
    {
        if (await targets.FindRunAsync(runId, cancellationToken) is not { } found)
            return Json.RunNotFound(runId);
        if (await client.GetInstanceAsync(runId, cancellationToken) is not { IsCompleted: false })
            return Json.RunHasEnded(runId);
        // First, so that nothing is steered of which the log does not say by whom.
        await found.Target.Audit.WriteAsync(
            new AuditEntry(runId, state, CallerIdentity.Of(request.HttpContext).Actor, clock.GetUtcNow()), cancellationToken);
        await new InstanceTree(client, runId, isDue, steer).SteerToTheEndAsync(cancellationToken);
        return Json.Answer(202, new SteeredMigration(runId, state));
    }

    static bool IsSuspended(OrchestrationMetadata instance) => instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
}
