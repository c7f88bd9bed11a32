using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Looks legacy keys and UUIDs up, both ways.</summary>
public sealed class Mappings(ITargets targets)
{
    /// <summary>The UUID of a legacy key, or 404 when no such row is in the target. Keys are URL-encoded once, whatever characters
    /// they have; a proxy that decodes or refuses <c>%2F</c> is passed by the form with a query.</summary>
    [Function(nameof(FindByLegacyId))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(LegacyIdMatch))]
    public Task<IActionResult> FindByLegacyId(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "mappings/{entity}/{tenant}/{legacyId}")] HttpRequest request,
        string entity, string tenant, string legacyId, CancellationToken cancellationToken) =>
        LastSegments(request) is [var tenantKey, var key]
            ? FindAsync(entity, tenantKey, key, cancellationToken)
            : FindAsync(entity, tenant, legacyId, cancellationToken);

    /// <summary>The same with <c>?tenant=</c> and <c>?legacyId=</c>.</summary>
    [Function(nameof(FindByLegacyKey))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(LegacyIdMatch))]
    public async Task<IActionResult> FindByLegacyKey(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "mappings/{entity}")] HttpRequest request, string entity,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(request);
        var (tenant, legacyId) = (query.Required("tenant"), query.Required("legacyId"));
        return query.Problems.Count > 0
            ? Json.Problems(400, "The request is not valid.", query.Problems)
            : await FindAsync(entity, tenant, legacyId, cancellationToken);
    }

    /// <summary>The legacy key of a UUID, or 404.</summary>
    [Function(nameof(FindById))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(LegacyIdMatch))]
    public Task<IActionResult> FindById(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "mappings/{entity}/{id:guid}")] HttpRequest request,
        string entity, Guid id, CancellationToken cancellationToken) =>
        FindAsync($"{entity}/{id}", mapping => mapping.FindByIdAsync(entity, id, cancellationToken), cancellationToken);

    // Routing decodes every escape but that of a slash, so that it cannot be told from an escaped per cent sign any more: what the
    // client sent can (RFC 3986, section 2.4: decoded once, after the path is taken apart).
    static string[]? LastSegments(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target
            ? [.. target.Split('?')[0].Split('/')[^2..].Select(Uri.UnescapeDataString)]
            : null;

    Task<IActionResult> FindAsync(string entity, string tenant, string legacyId, CancellationToken cancellationToken) =>
        FindAsync(
            $"{entity}/{tenant}/{legacyId}",
            mapping => mapping.FindByLegacyIdAsync(entity, tenant, legacyId, cancellationToken), cancellationToken);

    async Task<IActionResult> FindAsync(
        string place, Func<ILegacyIdMapping, Task<LegacyIdMatch?>> find, CancellationToken cancellationToken)
    {
        var target = targets.For(RunMode.Full);
        await target.Runs.EnsureSchemaAsync(cancellationToken);
        return await find(target.LegacyIds) is { } match
            ? Json.Ok(match)
            : Json.Problems(404, "There is no such row.", [new Problem(
                ErrorCodes.MappingNotFound, place, "The target holds no row for it.",
                "Check entity, tenant and key; a rejected row has no UUID.")]);
    }
}
