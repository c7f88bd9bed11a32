using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Lists rejected rows by their legacy keys. Their original values are personal data and stay in the
/// target.</summary>
public sealed class Rejects(ITargets targets)
{
    const int UsualPage = 100;
    const int LargestPage = 1_000;

    /// <summary>Rejected rows of the run's tenants, the open ones or by <c>?state=</c> those that are closed, or all:
    /// <c>?tenant=</c>, <c>?entity=</c> and <c>?rule=</c> narrow them down, <c>?skip=</c> and <c>?take=</c> make pages.</summary>
    [Function(nameof(ListRejects))]
    [Requires(Role.Reader)]
    [Query("tenant", typeof(string))]
    [Query("entity", typeof(string))]
    [Query("rule", typeof(string))]
    [Query("state", typeof(RejectState))]
    [Query("skip", typeof(int))]
    [Query("take", typeof(int))]
    [Answers(200, typeof(RejectPage))]
    public async Task<IActionResult> ListRejects(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "migrations/{runId}/rejects")] HttpRequest request, string runId,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var filter = new RejectFilter(query.Text("tenant"), query.Text("entity"), query.Text("rule"),
            query.Choice("state", RejectState.Open));
        var (skip, take) = (query.Number("skip", 0, 0, int.MaxValue), query.Number("take", UsualPage, 1, LargestPage));
        if (query.Problems.Count > 0)
            return Json.Problems(400, "The request is not valid.", query.Problems);
        return await targets.FindRunAsync(runId, cancellationToken) is { } found
            ? Json.Ok(new RejectPage(runId, await found.Target.Reports.ListRejectsAsync(
                found.Run, filter, (int)skip, (int)take, cancellationToken)))
            : Json.RunNotFound(runId);
    }
}
