using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Steers a run, whatever becomes of the caller. A batch that is being written when a run is suspended or terminated ends
/// by itself: it is committed whole, or not at all.</summary>
public sealed class MigrationControl(ITargets targets, TimeProvider clock)
{
    // What is in flight ends within seconds, unless a database hangs.
    static readonly TimeSpan PatienceOfCaller = TimeSpan.FromSeconds(10);

    /// <summary>No new batch is started until the run is resumed. Answers when its orchestrations stand still, or after some
    /// seconds.</summary>
    [Function(nameof(SuspendMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public Task<IActionResult> SuspendMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/suspend")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client) =>
        SteerAsync(request, client, runId, States.Suspended, i => !IsSuspended(i), (instance, token) =>
        {
            FaultPoint.Pass("control.suspend");
            return client.SuspendInstanceAsync(instance, "operator", token);
        });

    [Function(nameof(ResumeMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public Task<IActionResult> ResumeMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/resume")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client) =>
        SteerAsync(request, client, runId, States.Running, IsSuspended, (instance, token) =>
        {
            FaultPoint.Pass("control.resume");
            return client.ResumeInstanceAsync(instance, "operator", token);
        });

    /// <summary>Ends the run for good. What is in the ledger stays; a new run of the same manifest goes on from there.
    /// Indexes and foreign keys that the run had dropped are made again. Answered as <c>terminated</c> when nothing of the run can
    /// commit any more, else as <c>terminating</c> with what is still in flight: it ends by itself then. Works from any task hub,
    /// also when the run's own is lost.</summary>
    [Function(nameof(TerminateMigration))]
    [Requires(Role.Operator)]
    [Answers(202, typeof(SteeredMigration))]
    public Task<IActionResult> TerminateMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations/{runId}/terminate")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client) => Lasting.RunAsync(async token =>
    {
        if (await targets.FindRunAsync(runId, token) is not { } found)
            return Json.RunNotFound(runId);
        var runs = found.Target.Runs;
        var tree = new InstanceTree(client, runId, _ => true, instance =>
        {
            FaultPoint.Pass("control.terminate");
            return client.TerminateInstanceAsync(instance, new TerminateInstanceOptions("operator"), token);
        });
        var hasEnded = (await runs.GetProgressAsync(runId, token))!.Run.FinishedAt is not null;
        if (hasEnded && !await tree.IsAnyDueAsync(token))
            return Json.RunHasEnded(runId);
        // First, so that nothing is steered of which the log does not say by whom.
        await AuditAsync(request, found.Target, runId, States.Terminated, token);
        await runs.TellToEndAsync(runId, States.Terminated, "Terminated by an operator.", token);
        await EndOrchestrator.ScheduleAsync(client, new RunRef(runId, found.Run.Mode), token);
        await tree.SteerToTheEndAsync(token);
        return Json.Answer(202, await WaitAsync(runs, runId, token));
    });

    async Task<SteeredMigration> WaitAsync(IRunStore runs, string runId, CancellationToken cancellationToken)
    {
        if (await runs.TryFinishAsync(
            runId, States.Terminated, null, clock.GetUtcNow(), PatienceOfCaller, cancellationToken))
            return new SteeredMigration(runId, States.Terminated);
        var inFlight = await runs.CountInFlightAsync(runId, cancellationToken);
        return new SteeredMigration(runId, States.Terminating) { WaitsFor = $"{inFlight} transactions on the target to end" };
    }

    Task<IActionResult> SteerAsync(
        HttpRequest request, DurableTaskClient client, string runId, string state, Func<OrchestrationMetadata, bool> isDue,
        Func<string, CancellationToken, Task> steer) => Lasting.RunAsync(async token =>
    {
        if (await targets.FindRunAsync(runId, token) is not { } found)
            return Json.RunNotFound(runId);
        if (await client.GetInstanceAsync(runId, token) is not { IsCompleted: false })
            return Json.RunHasEnded(runId);
        await AuditAsync(request, found.Target, runId, state, token);
        await new InstanceTree(client, runId, isDue, instance => steer(instance, token)).SteerToTheEndAsync(token);
        return Json.Answer(202, new SteeredMigration(runId, state));
    });

    Task AuditAsync(HttpRequest request, Target target, string runId, string action, CancellationToken cancellationToken) =>
        target.Audit.WriteAsync(
            new AuditEntry(runId, action, CallerIdentity.Of(request.HttpContext).Actor, clock.GetUtcNow()), cancellationToken);

    static bool IsSuspended(OrchestrationMetadata instance) => instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
}
