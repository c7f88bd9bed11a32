using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Planning;

/// <summary>The source tables of the entities that an entity refers to.</summary>
static class ParentTables
{
    /// <summary>By entity; those that are missing are absent.</summary>
    public static async Task<IReadOnlyDictionary<string, SourceTable>> FindAsync(
        ISourceDatabase source, Manifest manifest, EntityManifest entity, CancellationToken cancellationToken)
    {
        var parents = new Dictionary<string, SourceTable>(StringComparer.Ordinal);
        foreach (var name in entity.Columns.Select(c => c.Reference).OfType<string>().Distinct(StringComparer.Ordinal))
            if (manifest.Entities.FirstOrDefault(e => e.Name == name) is { } parent
                && await source.FindTableAsync(parent.Source.Table, cancellationToken) is { } table)
                parents[name] = table;
        return parents;
    }
}
