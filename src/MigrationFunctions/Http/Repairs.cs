using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;
using MigrationFunctions.Orchestrators;

namespace MigrationFunctions.Http;

/// <summary>Repairs what a reconciliation found, and shows what came of it.</summary>
public sealed class Repairs(ITargets targets, TaskHubIdentity taskHub, TimeProvider clock, ILogger<Repairs> logger)
{
    /// <summary>202; 403 for deletes without <see cref="Role.Approver"/>; 404; 409 when the reconciliation has not come to its
    /// end, or when another run or repair writes one of its tenants.</summary>
    [Function(nameof(StartRepair))]
    [Requires(Role.Operator)]
    [Takes(typeof(RepairRequest))]
    [Answers(202, typeof(StartedRepair))]
    public async Task<IActionResult> StartRepair(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "reconciliations/{id}/repair")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<RepairRequest>(request, cancellationToken);
        if (body.Value is not { } asked)
            return Json.Problems(400, "The request is not valid.", body.Problems);
        var caller = CallerIdentity.Of(request.HttpContext);
        if (asked is { DeletesAny: true, DryRun: false }
            && caller.Refuse(Role.Approver, nameof(StartRepair), request.HttpContext, logger) is { } refusal)
            return refusal;
        if (await targets.FindReconciliationAsync(id, cancellationToken) is not { } found)
            return Json.ReconciliationNotFound(id);
        var (target, context) = found;
        if ((await target.Reconciliations.GetAsync(id, 0, cancellationToken))!.Summary.State is var state and not States.Completed)
            return Json.Problems(409, "The reconciliation cannot be repaired.", [NotRepairable(id, state)]);
        var repair = new RepairRef(
            RequestChecks.NewId(clock), new ReconciliationRef(id, context.Run.Mode), asked, taskHub.Name);
        return await Lasting.RunAsync(token => StartAsync(repair, target, caller.Actor, client, token)) is { } held
            ? Json.Problems(409, "The repair cannot be started now.", held)
            : Json.Answer(202, new StartedRepair(repair.RepairId, id, States.Pending));
    }

    /// <summary>The newest repair of the reconciliation, or 404.</summary>
    [Function(nameof(GetRepair))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(RepairStatus))]
    public async Task<IActionResult> GetRepair(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliations/{id}/repair")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await targets.FindReconciliationAsync(id, cancellationToken) is not { } found
            || await found.Target.Repairs.FindNewestAsync(id, cancellationToken) is not { } repair)
            return Json.ReconciliationNotFound(id);
        var isAlive = await client.GetInstanceAsync(repair.RepairId, cancellationToken) is { IsCompleted: false };
        var followUp = repair.FollowUp is { } next
            ? await found.Target.Reconciliations.GetAsync(next, 0, cancellationToken)
            : null;
        return Json.Ok(new RepairStatus(
            repair.RepairId, id, repair.DryRun, repair.DeleteExtra, repair.DeleteForeign,
            repair.State == States.Running && !isAlive ? States.Interrupted : repair.State, repair.Failure,
            repair.FollowUp, followUp?.Summary.IsEqual, repair.RequestedAt, repair.FinishedAt, repair.Slices)
        {
            Verdict = followUp?.Summary.Verdict, Unknown = followUp?.Summary.Unknown ?? [],
        });
    }

    static Problem NotRepairable(string id, string state) => new(
        ErrorCodes.ReconciliationNotRepairable, id,
        state == States.Running ? "Its differences are not all known yet." : $"It ended as {state}: its differences are not all known.",
        state == States.Running ? "Wait for its end, or start another if nothing executes it."
            : "Remove the cause that it names, reconcile again, and repair that one.");

    // A repair writes, so it holds its tenants as a run does; a dry run writes nothing that lasts.
    async Task<IReadOnlyList<Problem>?> StartAsync(
        RepairRef repair, Target target, string actor, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var id = repair.Reconciliation.Id;
        var tenants = (await target.Repairs.GetItemsToRepairAsync(id, cancellationToken))
            .Select(i => i.Tenant).DistinctBy(t => t.Id).ToList();
        if (repair.Request.DryRun)
        {
            await ScheduleAsync();
            return null;
        }
        var held = await target.Runs.LockTenantsAsync(
            repair.RepairId, repair.TaskHub, tenants, async run => await client.GetInstanceAsync(run, cancellationToken) is not { IsCompleted: false },
            ScheduleAsync, cancellationToken);
        return held.Count == 0 ? null : RunStarter.Held(held);

        async Task ScheduleAsync()
        {
            await target.Repairs.AddAsync(repair.RepairId, id, repair.Request, clock.GetUtcNow(), cancellationToken);
            await target.Audit.WriteAsync(
                new AuditEntry(repair.RepairId, AuditActions.Repair, actor, clock.GetUtcNow())
                {
                    Detail = repair.Request.DryRun ? $"dry run of {id}" : id,
                }, cancellationToken);
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RepairOrchestrator.Repair), RepairState.Of(repair), new StartOrchestrationOptions(repair.RepairId),
                cancellationToken);
        }
    }
}
