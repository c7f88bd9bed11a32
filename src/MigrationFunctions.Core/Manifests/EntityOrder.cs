namespace MigrationFunctions.Core.Manifests;

/// <summary>The order of work: parents before the entities that reference them.</summary>
public static class EntityOrder
{
    /// <summary>Entities by level: each references only entities of earlier levels, so those of one level may run at
    /// the same time. Within a level they stand in the manifest's order.</summary>
    /// <exception cref="ArgumentException">References form a circle; a manifest from the reader has none.</exception>
    public static IReadOnlyList<IReadOnlyList<EntityManifest>> Levels(Manifest manifest)
    {
        var levels = Sort(manifest.Entities, out var rest);
        if (rest.Count == 0)
            return levels;
        throw new ArgumentException($"References form a circle among {string.Join(", ", rest.Select(e => e.Name))}.");
    }

    /// <summary>The named entities and all that refer to them, over any number of references, children before the entities that
    /// they reference: the order in which rows can be deleted.</summary>
    public static IReadOnlyList<EntityManifest> WithChildrenFirst(Manifest manifest, IEnumerable<string> names)
    {
        var taken = names.ToHashSet(StringComparer.Ordinal);
        var order = Levels(manifest).SelectMany(level => level).ToList();
        foreach (var entity in order.Where(e => Parents(e).Any(taken.Contains)))
            taken.Add(entity.Name);
        order.Reverse();
        return [.. order.Where(e => taken.Contains(e.Name))];
    }

    /// <summary>Circles of references, each entity in one circle at most. A reference of an entity to itself is
    /// none.</summary>
    internal static IReadOnlyList<IReadOnlyList<EntityManifest>> Cycles(IReadOnlyList<EntityManifest> entities)
    {
        var cycles = new List<IReadOnlyList<EntityManifest>>();
        Sort(entities, out var rest);
        while (rest.Count > 0)
        {
            var cycle = FollowToCycle(rest);
            cycles.Add(cycle);
            Sort([.. rest.Where(e => !cycle.Contains(e))], out rest);
        }
        return cycles;
    }

    // Takes off, level by level, what waits for nothing; what is left lies on a circle or behind one.
    static List<IReadOnlyList<EntityManifest>> Sort(
        IReadOnlyList<EntityManifest> entities, out List<EntityManifest> rest)
    {
        var levels = new List<IReadOnlyList<EntityManifest>>();
        rest = [.. entities];
        while (true)
        {
            var waiting = rest.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
            var ready = rest.Where(e => !Parents(e).Any(waiting.Contains)).ToList();
            if (ready.Count == 0)
                return levels;
            levels.Add(ready);
            rest = [.. rest.Where(e => Parents(e).Any(waiting.Contains))];
        }
    }

    // Each entity that is left waits for another that is left, so walking from parent to parent must come back.
    static List<EntityManifest> FollowToCycle(List<EntityManifest> rest)
    {
        var walked = new List<EntityManifest>();
        var current = rest[0];
        while (!walked.Contains(current))
        {
            walked.Add(current);
            current = rest.First(e => Parents(current).Contains(e.Name));
        }
        return walked[walked.IndexOf(current)..];
    }

    static IEnumerable<string> Parents(EntityManifest entity) =>
        entity.Columns.Select(c => c.Reference).OfType<string>().Where(r => r != entity.Name);
}
