using System.Globalization;
using System.Text.Json;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Starting;

/// <summary>What every request to work on a manifest's tenants and entities is asked.</summary>
public static class RequestChecks
{
    /// <summary>Why the run's entities are not those that the ledger was written by, or null. An entity that the ledger does not have
    /// is no change, nor is one that the run does not ask for.</summary>
    public static async Task<Problem?> ChangedManifestAsync(RunContext run, Target target, CancellationToken cancellationToken)
    {
        var stored = await target.Runs.FindLedgerManifestsAsync(run.Ledger, run.Manifest.Name, cancellationToken);
        var differences = run.SelectedEntities.Where(e => stored.ContainsKey(e.Name))
            .SelectMany(e => ManifestDifference.OfEntity(e.Name, stored[e.Name], run.Manifest)).Distinct().ToList();
        return differences.Count == 0 ? null : ManifestDifference.Refusal(run.Manifest.Name, differences);
    }

    /// <summary>Why the tenants cannot be read: their table is missing, or columns of it.</summary>
    public static async Task<IReadOnlyList<Problem>> TenantTableAsync(
        ISourceDatabase source, TenantSource tenants, CancellationToken cancellationToken) =>
        await source.FindTableAsync(tenants.Table, cancellationToken) is { } table
            ? [.. SourceNames.ProblemsOf(table, tenants)]
            : [MissingTable.InSource(tenants.Table)];

    /// <summary>Names that are no entities of the manifest, each once. One that is empty is <see cref="SelectionRules"/>' to
    /// tell.</summary>
    public static IEnumerable<Problem> UnknownEntities(Manifest manifest, IReadOnlyList<string>? entities) =>
        (entities ?? []).Where(name => name.Length > 0 && manifest.Entities.All(e => e.Name != name)).Distinct().Select(name => new Problem(
            ErrorCodes.UnknownEntity, "entities", $"The manifest has no entity {Quoted.Text(name)}.",
            $"It has {string.Join(", ", manifest.Entities.Select(e => e.Name))}."));

    /// <summary>Keys that the source does not list; or that it lists no tenant.</summary>
    public static IEnumerable<Problem> UnknownTenants(IReadOnlyList<Tenant> tenants, IReadOnlyList<string>? keys)
    {
        if (tenants.Count == 0)
            yield return new Problem(
                ErrorCodes.NoTenants, "tenants", "The source lists no tenant.", "Look at $.tenants in the manifest and at its table.");
        foreach (var key in keys ?? [])
            if (tenants.All(t => t.Key != key))
                yield return new Problem(
                    ErrorCodes.UnknownTenant, "tenants", $"The source has no tenant {Quoted.Text(key)}.",
                    "Use the legacy keys that the tenants' table holds.");
    }

    /// <summary>Whether two requests ask for the same run.</summary>
    public static bool IsSame(RunContext one, RunContext other) => Asked(one) == Asked(other);

    static string Asked(RunContext run) => JsonSerializer.Serialize(
        run with { RunId = "", Rehearsal = null, Trace = null, IdempotencyKey = null, TaskHub = "" }, ManifestJson.Options);

    /// <summary>An id that sorts by time: <c>20261123-031500-1a2b3c4d</c>.</summary>
    public static string NewId(TimeProvider clock) => string.Create(
        CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}");
}
