using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Connections;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Says whether the service lives, and whether it reaches its databases.</summary>
public sealed class Health(
    ISourceDatabase source, ITargets targets, ConnectionCredentials credentials, ILogger<Health> logger)
{
    /// <summary>200 as long as the process answers; the one endpoint without a key.</summary>
    [Function(nameof(Live))]
    [Requires(Role.None)]
    [Answers(200, typeof(Liveness))]
    public IActionResult Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Json.Ok(new Liveness("live"));

    /// <summary>200 with what each database says of itself, the rehearsals' too, or 503 with every problem; either way with
    /// how each connection authenticates. All are asked at once.</summary>
    [Function(nameof(Connections))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(HealthReport))]
    public async Task<IActionResult> Connections(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "health/connections")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var legacy = AskAsync(() => source.GetFactsAsync(cancellationToken));
        var production = AskAsync(() => targets.For(RunMode.Full).Database.GetFactsAsync(cancellationToken));
        var rehearsal = targets.All.Count > 1
            ? AskAsync(() => targets.For(RunMode.Rehearsal).Database.GetFactsAsync(cancellationToken))
            : Task.FromResult<(TargetFacts?, Problem?)>((null, null));
        await Task.WhenAll(legacy, production, rehearsal);
        var (sourceFacts, sourceProblem) = await legacy;
        var (targetFacts, targetProblem) = await production;
        var (rehearsalFacts, rehearsalProblem) = await rehearsal;
        Problem[] problems = [.. new[] { sourceProblem, targetProblem, rehearsalProblem }.OfType<Problem>()];
        var connections = credentials.Statuses;
        if (problems.Length == 0)
            return Json.Ok(new HealthReport("ok", sourceFacts!, targetFacts!, connections) { Rehearsal = rehearsalFacts });
        foreach (var problem in problems)
            Log.CallNotServed(logger, nameof(Connections), problem);
        return Unhealthy(new
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

    static async Task<(T? Facts, Problem? Problem)> AskAsync<T>(Func<Task<T>> ask) where T : class
    {
        try
        {
            return (await ask(), null);
        }
        catch (MigrationException e)
        {
            return (null, e.Problem);
        }
    }
}
