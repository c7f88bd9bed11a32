using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether the references between entities can be followed, parents before children.</summary>
static class ReferenceRules
{
    public static void Check(ProblemCollector problems, IReadOnlyList<EntityManifest> entities)
    {
        var byName = new Dictionary<string, EntityManifest>(StringComparer.Ordinal);
        foreach (var entity in entities)
            byName.TryAdd(entity.Name, entity);

        for (var i = 0; i < entities.Count; i++)
            for (var j = 0; j < entities[i].Columns.Count; j++)
                if (entities[i].Columns[j].Reference is { } reference)
                    CheckReference(problems, $"{JsonPath.Index($"$.entities[{i}].columns", j)}.reference",
                        entities[i], reference, byName);
        CheckCycles(problems, entities);
    }

    static void CheckReference(
        ProblemCollector problems, string path, EntityManifest entity, string reference,
        Dictionary<string, EntityManifest> byName)
    {
        if (reference == entity.Name)
            problems.Add(ErrorCodes.SelfReference, path,
                $"Entity {Quoted.Text(entity.Name)} references itself, which this version cannot order.",
                "Map the column without 'reference' and fill the UUID after the migration.");
        else if (!byName.TryGetValue(reference, out var parent))
            AddUnknown(problems, path, reference, byName.Keys);
        else if (parent.Source.Key.Distinct(StringComparer.Ordinal).Count() > 1)
            problems.Add(ErrorCodes.ReferenceToCompositeKey, path,
                $"Entity {Quoted.Text(reference)} has a key of {parent.Source.Key.Count} columns; "
                + "one column cannot hold it.",
                "Give that entity a key of one column, for example through a view with a single key.");
    }

    static void AddUnknown(ProblemCollector problems, string path, string reference, IReadOnlyCollection<string> known)
    {
        // An entity without a name was reported; it may be the one that is meant.
        if (!known.Contains(""))
            problems.Add(ErrorCodes.UnknownReference, path,
                $"Entity {Quoted.Text(reference)} is not in this manifest.",
                $"{Suggestion.Sentence(reference, known)}Add the entity, or map the column without 'reference'.");
    }

    static void CheckCycles(ProblemCollector problems, IReadOnlyList<EntityManifest> entities)
    {
        foreach (var cycle in EntityOrder.Cycles(entities))
        {
            var first = cycle[0];
            var index = entities.ToList().IndexOf(first);
            var column = first.Columns.ToList().FindIndex(c => c.Reference == cycle[1 % cycle.Count].Name);
            problems.Add(ErrorCodes.CyclicReferences, $"$.entities[{index}].columns[{column}].reference",
                $"References form a circle: {string.Join(" -> ", cycle.Append(first).Select(e => e.Name))}.",
                "Map one of these columns without 'reference' and fill its UUID after the migration.");
        }
    }
}
