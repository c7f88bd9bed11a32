using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Starts, lists and shows reconciliations.</summary>
public sealed class Reconciliations(
    ReconciliationStarter starter, ITargets targets, IManagementEndpoints endpoints, PublicAddress address)
{
    /// <summary>202 with the reconciliation and the durable management URIs; 400 with every problem of the request; 409 when the
    /// manifest is not the one by which the rows were migrated; 503 when a database cannot be used.</summary>
    [Function(nameof(StartReconciliation))]
    [Requires(Role.Operator)]
    [Takes(typeof(ReconciliationRequest))]
    [Answers(202, typeof(AcceptedReconciliation))]
    public async Task<IActionResult> StartReconciliation(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "reconciliations")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<ReconciliationRequest>(request, cancellationToken);
        if (body.Value is not { } asked)
            return Json.Problems(400, "The request is not valid.", body.Problems);
        return await Lasting.RunAsync(token => starter.StartAsync(
            asked, ReconciliationTriggers.Request, CallerIdentity.Of(request.HttpContext).Actor,
            context => client.ScheduleAsync(context, token), token)) switch
        {
            ReconciliationStart.Started { Context: var context } => Json.Answer(202, new AcceptedReconciliation(
                context.Id, States.Pending, AcceptedResponse.At(request, address, context.Id), context.Seed,
                AcceptedResponse.Management(request, endpoints, client, context.Id))),
            ReconciliationStart.Conflict conflict =>
                Json.Problems(409, "The rows cannot be compared by this manifest.", [conflict.Problem]),
            ReconciliationStart.Invalid invalid => Json.Problems(400, "The request is not valid.", invalid.Problems),
            var other => throw new InvalidOperationException($"A start ended as {other.GetType().Name}."),
        };
    }

    /// <summary>The newest reconciliations of all targets.</summary>
    [Function(nameof(ListReconciliations))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(ReconciliationList))]
    public async Task<IActionResult> ListReconciliations(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliations")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var found = await RecentRecords.OfAsync(
            targets, (target, count) => target.Reconciliations.ListAsync(count, cancellationToken), r => r.ReconciliationId,
            r => r.RequestedAt, cancellationToken);
        return Json.Ok(new ReconciliationList(found));
    }

    /// <summary>What is known so far, or 404.</summary>
    [Function(nameof(GetReconciliation))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(ReconciliationStatus))]
    public async Task<IActionResult> GetReconciliation(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliations/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await targets.FindReconciliationAsync(id, cancellationToken) is not { } found)
            return Json.ReconciliationNotFound(id);
        var instance = await client.GetInstanceAsync(id, cancellationToken);
        var reconciliation = await found.Target.Reconciliations.GetAsync(
            id, ReconciliationStatus.ShownDifferences, cancellationToken);
        return Json.Ok(ReconciliationStatus.From(reconciliation!, instance));
    }
}
