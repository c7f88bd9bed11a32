using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Operating;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Changes what bounds a run while it goes on.</summary>
public sealed class MigrationLimits(ITargets targets, RunAdjuster adjuster)
{
    /// <summary>200 with the limits in force from now on; 400 with every problem of the request; 404; 409 when the run has
    /// ended. Readers, writers and blackouts hold from the next batch on, windows from the next page and the next
    /// tenant. What rests because of a blackout looks again at once.</summary>
    [Function(nameof(AdjustMigration))]
    [Requires(Role.Operator)]
    [Takes(typeof(RunLimitsChange))]
    [Answers(200, typeof(AdjustedRun))]
    public async Task<IActionResult> AdjustMigration(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "migrations/{runId}")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<RunLimitsChange>(request, cancellationToken);
        return body.Value is { } change
            ? await Lasting.RunAsync(token => AdjustAsync(request, runId, change, client, token))
            : Json.Problems(400, "The request is not valid.", body.Problems);
    }

    async Task<IActionResult> AdjustAsync(
        HttpRequest request, string runId, RunLimitsChange change, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await targets.FindRunAsync(runId, cancellationToken) is not { } found)
            return Json.RunNotFound(runId);
        if (await client.GetInstanceAsync(runId, cancellationToken) is not { IsCompleted: false })
            return Json.RunHasEnded(runId);
        var result = await adjuster.AdjustAsync(
            found.Target, found.Run, change, CallerIdentity.Of(request.HttpContext).Actor, cancellationToken);
        if (result is not AdjustResult.Adjusted { Control: var control })
            return Json.Problems(400, "The request is not valid.", ((AdjustResult.Invalid)result).Problems);
        FaultPoint.Pass("control.adjusted");
        await new InstanceTree(
            client, runId, instance => InstanceIds.IsEntity(instance.InstanceId),
            instance => client.RaiseEventAsync(instance, Pause.Adjusted, null, cancellationToken)).SteerAsync(cancellationToken);
        return Json.Ok(new AdjustedRun(runId, control.Limits, ThrottleStatus.Of(control)));
    }
}
