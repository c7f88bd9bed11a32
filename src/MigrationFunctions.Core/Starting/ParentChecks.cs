using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Starting;

/// <summary>Whether the parents of what a run selects are selected, too, or in the target: without them every row that refers
/// to one would be rejected as an orphan. A few look-ups for each tenant and reference, and no row is read.</summary>
static class ParentChecks
{
    const int Named = 5;

    /// <returns>A problem for each reference whose parents are missing, with the tenants that it concerns. A table that is
    /// not there, or not as the manifest says, is left to the preflight.</returns>
    public static async Task<IReadOnlyList<Problem>> FindMissingAsync(
        RunContext run, IReadOnlyList<Tenant> tenants, ISourceDatabase source, Target target,
        CancellationToken cancellationToken)
    {
        var selected = run.SelectedEntities.ToList();
        var problems = new List<Problem>();
        foreach (var child in selected)
            foreach (var parent in ParentsOf(run.Manifest, child).Where(p => selected.All(e => e.Name != p.Name)))
            {
                var concerned = await FindTenantsAsync(run, child, parent, tenants, source, target, cancellationToken);
                if (concerned.Count > 0)
                    problems.Add(Missing(child, parent, concerned));
            }
        return problems;
    }

    static async Task<List<Tenant>> FindTenantsAsync(
        RunContext run, EntityManifest child, EntityManifest parent, IReadOnlyList<Tenant> tenants, ISourceDatabase source,
        Target target, CancellationToken cancellationToken)
    {
        var concerned = new List<Tenant>();
        if (await FindSourceAsync(child, source, cancellationToken) is not { } childTable
            || await FindSourceAsync(parent, source, cancellationToken) is not { } parentTable
            || await source.FindTableAsync(run.Manifest.Tenants.Table, cancellationToken) is not { } tenantsTable
            || !await HasTargetAsync(parent, target, cancellationToken))
            return concerned;
        var without = await target.Counts.FindWithoutRowsAsync(run, parent, [.. tenants.Select(t => t.Id)], cancellationToken);
        var keys = TenantKeys.Of(run.Manifest.Tenants, tenantsTable);
        foreach (var tenant in tenants.Where(t => without.Contains(t.Id)))
            if (await source.HasRowsAsync(new SourceSlice(child, childTable, keys, tenant.Key), cancellationToken)
                && await source.HasRowsAsync(new SourceSlice(parent, parentTable, keys, tenant.Key), cancellationToken))
                concerned.Add(tenant);
        return concerned;
    }

    static IEnumerable<EntityManifest> ParentsOf(Manifest manifest, EntityManifest child) => child.Columns
        .Select(c => c.Reference).OfType<string>().Distinct(StringComparer.Ordinal)
        .Select(name => manifest.Entities.First(e => e.Name == name));

    static async Task<SourceTable?> FindSourceAsync(
        EntityManifest entity, ISourceDatabase source, CancellationToken cancellationToken) =>
        await source.FindTableAsync(entity.Source.Table, cancellationToken) is { } table
            && table.Find(entity.Source.Tenant) is not null ? table : null;

    static async Task<bool> HasTargetAsync(EntityManifest entity, Target target, CancellationToken cancellationToken) =>
        await target.Database.FindTableAsync(entity.Target.Table, cancellationToken) is { } table
        && table.Find(entity.Target.Tenant) is not null;

    static Problem Missing(EntityManifest child, EntityManifest parent, List<Tenant> tenants) => new(
        ErrorCodes.ParentsMissing, "entities",
        $"Rows of {child.Name} refer to {parent.Name}, which is not selected and of which the target has no row for "
        + $"{tenants.Count} tenant{(tenants.Count == 1 ? "" : "s")}: {Quoted.List(tenants.Take(Named).Select(t => t.Key))}"
        + (tenants.Count > Named ? ", ..." : "."),
        $"Select {parent.Name}, too, or migrate it first.");
}
