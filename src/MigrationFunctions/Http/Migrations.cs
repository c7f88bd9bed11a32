using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Starts, lists and shows migrations.</summary>
public sealed class Migrations(
    RunStarter starter, ITargets targets, IManagementEndpoints endpoints, PublicAddress address, TaskHubIdentity taskHub)
{
    /// <summary>202 with the run and the durable management URIs; 400 with every problem of the request; 409 when a tenant
    /// is held or the manifest changed; 503 when a database cannot be used. Nothing is started but with 202. A request that is
    /// repeated with its header Idempotency-Key is answered with the run that it started first.</summary>
    [Function(nameof(StartMigration))]
    [Requires(Role.Operator)]
    [Takes(typeof(StartRequest))]
    [Answers(202, typeof(AcceptedMigration))]
    public async Task<IActionResult> StartMigration(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "migrations")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<StartRequest>(request, cancellationToken);
        if (body.Value is not { } start)
            return Json.Problems(400, "The request is not valid.", body.Problems);
        if (IdempotencyKey.Of(request, out var key) is { } unusable)
            return Json.Problems(400, "The request is not valid.", [unusable]);
        var actor = CallerIdentity.Of(request.HttpContext).Actor;
        return await Lasting.RunAsync(token => starter.StartAsync(
            start, actor, key, new DurableRunExecutor(client, taskHub), token)) switch
        {
            StartResult.Started started => Json.Answer(202, new AcceptedMigration(
                started.Run.RunId, States.Pending, AcceptedResponse.At(request, address, started.Run.RunId), started.Tenants,
                AcceptedResponse.Management(request, endpoints, client, started.Run.RunId))),
            StartResult.Conflict conflict => Json.Problems(409, "The migration cannot be started now.", conflict.Problems),
            StartResult.Invalid invalid => Json.Problems(400, "The request is not valid.", invalid.Problems),
            var other => throw new InvalidOperationException($"A start ended as {other.GetType().Name}."),
        };
    }

    /// <summary>The newest runs of all targets.</summary>
    [Function(nameof(ListMigrations))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(MigrationList))]
    public async Task<IActionResult> ListMigrations(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "migrations")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var runs = await RecentRecords.OfAsync(
            targets, (target, count) => target.Runs.ListAsync(count, cancellationToken), r => r.RunId, r => r.RequestedAt,
            cancellationToken);
        return Json.Ok(new MigrationList(runs));
    }

    /// <summary>The run's state and figures, from the ledger: true at any moment, also with the task hub lost.</summary>
    [Function(nameof(GetMigration))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(MigrationStatus))]
    public async Task<IActionResult> GetMigration(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "migrations/{runId}")] HttpRequest request, string runId,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await targets.FindRunAsync(runId, cancellationToken) is not { } found)
            return Json.RunNotFound(runId);
        var progress = await found.Target.Runs.GetProgressAsync(runId, cancellationToken);
        var instance = await client.GetInstanceAsync(runId, cancellationToken);
        var status = MigrationStatus.From(found.Run, progress!, instance?.RuntimeStatus, instance?.FailureDetails?.ErrorMessage);
        var control = await found.Target.Limits.GetAsync(found.Run, cancellationToken);
        return Json.Ok(status with { Throttle = ThrottleStatus.Of(control) });
    }
}
