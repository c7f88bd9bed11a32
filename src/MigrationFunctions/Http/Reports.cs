using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Reporting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Reports on runs and reconciliations as files: <c>?format=md</c> (the default), <c>csv</c>, <c>json</c> or
/// <c>html</c>. Made from what is stored, so also of what goes on.</summary>
public sealed class Reports(Reporter reporter, ITargets targets)
{
    /// <summary>200 with the file, 400 for a form that does not exist, 404.</summary>
    [Function(nameof(ReportMigration))]
    [Requires(Role.Reader)]
    [Query("format", typeof(ReportFormat))]
    [Answers(200)]
    public Task<IActionResult> ReportMigration(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "migrations/{runId}/report")] HttpRequest request, string runId,
        CancellationToken cancellationToken) =>
        AnswerAsync(request, runId, async () => await targets.FindRunAsync(runId, cancellationToken) is { } found
            ? await reporter.OfRunAsync(found.Target, found.Run, cancellationToken)
            : null, Json.RunNotFound);

    /// <summary>Likewise.</summary>
    [Function(nameof(ReportReconciliation))]
    [Requires(Role.Reader)]
    [Query("format", typeof(ReportFormat))]
    [Answers(200)]
    public Task<IActionResult> ReportReconciliation(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliations/{id}/report")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        AnswerAsync(request, id, async () => await targets.FindReconciliationAsync(id, cancellationToken) is { } found
            ? await reporter.OfReconciliationAsync(found.Target, found.Context, cancellationToken)
            : null, Json.ReconciliationNotFound);

    static async Task<IActionResult> AnswerAsync(
        HttpRequest request, string subject, Func<Task<Report?>> make, Func<string, IActionResult> notFound)
    {
        var query = new QueryReader(request);
        var format = query.Choice("format", ReportFormat.Md);
        if (query.Problems.Count > 0)
            return Json.Problems(400, "The request is not valid.", query.Problems);
        if (await make() is not { } report)
            return notFound(subject);
        var file = ReportFile.Of(report, format);
        return new FileContentResult(file.Content, file.ContentType) { FileDownloadName = $"{subject}.{file.Extension}" };
    }
}
