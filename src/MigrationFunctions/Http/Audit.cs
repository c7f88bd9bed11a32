using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Shows and verifies the audit log of a target: <c>?mode=rehearsal</c> for that of rehearsals.</summary>
public sealed class Audit(ITargets targets)
{
    const int UsualPage = 100;
    const int LargestPage = 1_000;

    /// <summary>Entries in their order, <c>?subject=</c> for those of a run or reconciliation, <c>?after=</c> for the next
    /// page, <c>?take=</c> for its size.</summary>
    [Function(nameof(ListAudit))]
    [Requires(Role.Reader)]
    [Query("mode", typeof(RunMode))]
    [Query("subject", typeof(string))]
    [Query("after", typeof(long))]
    [Query("take", typeof(int))]
    [Answers(200, typeof(AuditPage))]
    public Task<IActionResult> ListAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var (after, take) = (query.Number("after", 0, 0, long.MaxValue), query.Number("take", UsualPage, 1, LargestPage));
        var subject = query.Text("subject");
        return AnswerAsync(query, async target => Json.Ok(new AuditPage(
            await target.Audit.ListAsync(subject, after, (int)take, cancellationToken))), cancellationToken);
    }

    /// <summary>200 with the verdict, whatever it is: <see cref="AuditVerdict.IsIntact"/>.</summary>
    [Function(nameof(VerifyAudit))]
    [Requires(Role.Reader)]
    [Query("mode", typeof(RunMode))]
    [Answers(200, typeof(AuditVerdict))]
    public Task<IActionResult> VerifyAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit/verify")] HttpRequest request,
        CancellationToken cancellationToken) =>
        AnswerAsync(
            new QueryReader(request), async target => Json.Ok(await target.Audit.VerifyAsync(cancellationToken)),
            cancellationToken);

    async Task<IActionResult> AnswerAsync(
        QueryReader query, Func<Target, Task<IActionResult>> answer, CancellationToken cancellationToken)
    {
        var mode = query.Choice("mode", RunMode.Full);
        if (query.Problems.Count > 0)
            return Json.Problems(400, "The request is not valid.", query.Problems);
        var target = targets.For(mode);
        await target.Runs.EnsureSchemaAsync(cancellationToken);
        return await answer(target);
    }
}
