using System.Globalization;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Starting;

/// <summary>Whether a source table's rows can be told apart as the migration tells them: by tenant, by key, by column.</summary>
static class SourceKeyChecks
{
    public static async Task CheckAsync(
        RunContext run, EntityManifest entity, SourceTable table, ISourceDatabase source, List<Problem> findings,
        CancellationToken cancellationToken)
    {
        var tenantsTable = await source.FindTableAsync(run.Manifest.Tenants.Table, cancellationToken);
        // A column that is missing is a finding already.
        if (tenantsTable?.Find(run.Manifest.Tenants.Key) is not null && table.Find(entity.Source.Tenant) is { } column
            && TenantKeys.Of(run.Manifest.Tenants, tenantsTable).Check(table.Name, column) is { } differs)
            findings.Add(differs);
        if (Stale(table, await source.DescribeAsync(table.Name, cancellationToken)) is { } stale)
            findings.Add(stale);
        if (await EqualKeysAsync(run, entity, table, source, cancellationToken) is { } equal)
            findings.Add(equal);
    }

    /// <summary>A view whose columns are no longer those that the catalogue has written down for it, or null.</summary>
    static Problem? Stale(SourceTable table, IReadOnlyList<DescribedColumn> described)
    {
        if (!table.IsView)
            return null;
        var types = described.ToDictionary(c => c.Name, c => c, StringComparer.Ordinal);
        var stale = table.Columns.Where(c => !types.TryGetValue(c.Name, out var now) || !now.IsLike(c)).Select(c => c.Name)
            .Concat(described.Where(d => table.Columns.All(c => c.Name != d.Name)).Select(d => d.Name)).ToList();
        return stale.Count == 0 ? null : new Problem(
            ErrorCodes.SourceChanged, table.Name,
            $"The view gives other columns than the catalogue says: {string.Join(", ", stale)}.",
            $"The tables behind it changed after it was made: EXEC sp_refreshview '{table.Name}', or make it again with a list of "
            + "columns.");
    }

    // A unique index makes the keys of a tenant differ by the source's own equality.
    static async Task<Problem?> EqualKeysAsync(
        RunContext run, EntityManifest entity, SourceTable table, ISourceDatabase source, CancellationToken cancellationToken)
    {
        var keys = entity.Source.Key.Select(table.Find).ToList();
        var covered = entity.Source.Key.Append(entity.Source.Tenant).Select(table.Find).Select(c => c?.Name).ToHashSet();
        if (keys.Any(k => k is null) || keys.All(k => KeyComparison.IsExact(k!, k!))
            || table.Indexes.Any(i => i.IsUnique && i.KeyColumns.All(covered.Contains)))
            return null;
        var equal = await source.CountEqualKeysAsync(run.Manifest, entity, cancellationToken);
        return equal == 0 ? null : new Problem(
            ErrorCodes.SourceKeysEqual, $"{table.Name}.{string.Join(", ", keys.Select(k => k!.Name))}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{equal:N0} keys stand in several spellings that the source holds to be equal "
                + $"({string.Join(", ", keys.Select(k => k!.Collation ?? "bytes"))}): which row does a reference mean?"),
            "Merge the rows or make their keys differ, or name a key that a unique index protects.");
    }
}
