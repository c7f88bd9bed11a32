using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Starting;

/// <summary>Tenants that are one to the source: each would get the rows of the other.</summary>
static class EqualTenants
{
    const int MostNamed = 20;

    /// <summary>Asks the source for tenants that it holds to be equal, in the tenants' table and in every entity's tenant column.</summary>
    /// <param name="selected">Legacy keys of the tenants that are worked on; null for all.</param>
    /// <exception cref="MigrationException">A table is missing (MIG3006), or the source cannot be asked.</exception>
    public static async Task<IReadOnlyList<Problem>> FindAsync(
        ISourceDatabase source, Manifest manifest, IEnumerable<EntityManifest> entities, IReadOnlyCollection<string>? selected,
        CancellationToken cancellationToken)
    {
        var table = await source.FindTableAsync(manifest.Tenants.Table, cancellationToken)
            ?? throw new MigrationException(MissingTable.InSource(manifest.Tenants.Table));
        var tenants = TenantKeys.Of(manifest.Tenants, table);
        var problems = new List<Problem>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        await AddAsync(null, $"{table.Name}.{tenants.Column.Name}");
        // Columns of one type and collation compare alike.
        var compared = new HashSet<SourceColumn>();
        foreach (var entity in entities)
            // What is missing is told by preflight, with all else that is.
            if (await source.FindTableAsync(entity.Source.Table, cancellationToken) is { } its
                && its.Find(entity.Source.Tenant) is { } column && compared.Add(column with { Name = "", IsNullable = false }))
                await AddAsync(column, $"{its.Name}.{column.Name}");
        return problems;

        async Task AddAsync(SourceColumn? column, string place)
        {
            var groups = await source.FindEqualTenantsAsync(tenants, column, cancellationToken);
            // A group that one comparison finds is told once.
            var told = groups.Where(g => selected is null || g.Keys.Any(selected.Contains))
                .Where(g => known.Add(string.Join('\0', g.Keys))).ToList();
            problems.AddRange(told.Take(MostNamed).Select(g => Equal(g, place)));
        }
    }

    static Problem Equal(TenantGroup group, string place) => new(
        ErrorCodes.TenantsEqual, place,
        !group.IsComparable ? $"Keys cannot be converted to what tenants.compareAs says: {Quoted.List(group.Keys.Take(MostNamed))}."
        : group.Keys.Distinct(StringComparer.Ordinal).Count() == 1
            ? $"Tenant {Quoted.Text(group.Keys[0])} is listed {group.Keys.Count} times."
            : $"Tenants {Quoted.List(group.Keys.Take(MostNamed))} are one to the source: it compares their keys as equal there, so each "
              + "would get the others' rows.",
        "Give each tenant one key, in one spelling, in the tenants' table and in all tables with its rows; then start again.");
}
