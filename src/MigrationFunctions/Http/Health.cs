using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Connections;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Says whether the service lives, and whether it reaches its databases.</summary>
public sealed class Health(ISourceDatabase source, ITargets targets, ConnectionCredentials credentials)
{
    /// <summary>200 as long as the process answers; the one endpoint without a key.</summary>
    [Function(nameof(Live))]
    [Requires(Role.Anyone)]
    [Answers(200, typeof(Liveness))]
    public IActionResult Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Json.Ok(new Liveness("live"));

    /// <summary>200 with what each database says of itself, or 503 with every problem; either way with how each
    /// connection authenticates.</summary>
    [Function(nameof(Connections))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(HealthReport))]
    public async Task<IActionResult> Connections(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "health/connections")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var legacy = await AskAsync(problems, () => source.GetFactsAsync(cancellationToken));
        var multiTenant = await AskAsync(problems, () => targets.For(RunMode.Full).Database.GetFactsAsync(cancellationToken));
        var connections = credentials.Statuses;
        return problems.Count == 0
            ? Json.Ok(new HealthReport("ok", legacy!, multiTenant!, connections))
            : Unhealthy(new
            {
                type = "about:blank", title = "A database cannot be used.", status = 503, problems, connections,
            });
    }

    // problem+json allows for members of one's own.
    static ContentResult Unhealthy(object answer) => new()
    {
        StatusCode = 503,
        ContentType = "application/problem+json; charset=utf-8",
        Content = JsonSerializer.Serialize(answer, ManifestJson.Options),
    };

    static async Task<T?> AskAsync<T>(List<Problem> problems, Func<Task<T>> ask) where T : class
    {
        try
        {
            return await ask();
        }
        catch (MigrationException e)
        {
            problems.Add(e.Problem);
            return null;
        }
    }
}
