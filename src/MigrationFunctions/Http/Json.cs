using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Http;

/// <summary>Answers as JSON, and failures as problem+json (RFC 9457) with every problem in <c>problems</c>.</summary>
static class Json
{
    public static IActionResult Ok(object body) => Answer(200, body);

    public static IActionResult Answer(int status, object body) => new ContentResult
    {
        StatusCode = status,
        ContentType = "application/json; charset=utf-8",
        Content = JsonSerializer.Serialize(body, ManifestJson.Options),
    };

    /// <param name="traceId">By which the service's log tells more, or null.</param>
    public static IActionResult Problems(
        int status, string title, IReadOnlyList<Problem> problems, string? traceId = null) => new ContentResult
    {
        StatusCode = status,
        ContentType = "application/problem+json; charset=utf-8",
        Content = JsonSerializer.Serialize(
            new ProblemAnswer("about:blank", title, status, problems, traceId), ManifestJson.Options),
    };

    /// <summary>What a database said: the service cannot answer now, or the request cannot be served as things are.</summary>
    public static IActionResult Failed(MigrationException e) => ErrorCodes.IsConnection(e.Code) || ErrorCodes.IsTransient(e.Code)
        ? Problems(503, "A database cannot be used.", [e.Problem])
        : Problems(422, "The request cannot be served as the databases are.", [e.Problem]);

    public static IActionResult RunHasEnded(string runId) => Problems(409, "The run has ended.", [new Problem(
        ErrorCodes.RunNotSteerable, runId, "Nothing executes the run any more.",
        "Look at its status; start a new run to go on.")]);

    public static IActionResult RunNotFound(string runId) => Problems(404, "There is no such run.", [new Problem(
        ErrorCodes.RunNotFound, runId, "No target has a record of the run.", "List the runs with GET /migrations.")]);

    public static IActionResult ReconciliationNotFound(string id) => Problems(404, "There is no such reconciliation.", [new Problem(
        ErrorCodes.ReconciliationNotFound, id, "No target has a record of the reconciliation.",
        "List the reconciliations with GET /reconciliations.")]);
}
