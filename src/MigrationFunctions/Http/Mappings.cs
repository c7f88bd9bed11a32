using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Looks legacy keys and UUIDs up, both ways.</summary>
public sealed class Mappings(ITargets targets)
{
    /// <summary>The UUID of a legacy key, or 404 when no such row is in the target.</summary>
    [Function(nameof(FindByLegacyId))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(LegacyIdMatch))]
    public Task<IActionResult> FindByLegacyId(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "mappings/{entity}/{tenant}/{legacyId}")] HttpRequest request,
        string entity, string tenant, string legacyId, CancellationToken cancellationToken) =>
        FindAsync($"{entity}/{tenant}/{legacyId}", mapping => mapping.FindByLegacyIdAsync(
            entity, WithSlashes(tenant), WithSlashes(legacyId), cancellationToken), cancellationToken);

    /// <summary>The legacy key of a UUID, or 404.</summary>
    [Function(nameof(FindById))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(LegacyIdMatch))]
    public Task<IActionResult> FindById(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "mappings/{entity}/{id:guid}")] HttpRequest request,
        string entity, Guid id, CancellationToken cancellationToken) =>
        FindAsync($"{entity}/{id}", mapping => mapping.FindByIdAsync(entity, id, cancellationToken), cancellationToken);

    // Routing decodes every escape of a segment but this one.
    static string WithSlashes(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

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
