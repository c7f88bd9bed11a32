using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether an entity names a source column in two parts that exclude each other. Names are compared exactly: in a
/// manifest by itself nothing is known of the database, where <c>Name</c> and <c>name</c> may be two columns. They are
/// checked again when the names have been resolved.</summary>
static class SourceColumnRules
{
    /// <param name="path">The entity's.</param>
    public static void CheckRepeated(ProblemCollector problems, string path, EntityManifest entity)
    {
        CheckKey(problems, $"{path}.source.key", entity.Source);
        CheckIgnored(problems, $"{path}.source.ignore", entity);
    }

    /// <param name="path">The entity's.</param>
    public static void AddMarkNotMapped(ProblemCollector problems, string path, string mark) =>
        problems.Add(ErrorCodes.SoftDeleteNotMapped, $"{path}.softDelete",
            $"Column {Quoted.Text(mark)} marks deleted rows, but no target column gets it.",
            "Map it: a deleted row would look like a live one in the target.");

    static void CheckKey(ProblemCollector problems, string path, EntitySource source)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < source.Key.Count; i++)
        {
            var column = source.Key[i];
            var at = JsonPath.Index(path, i);
            if (!seen.Add(column))
                problems.Add(ErrorCodes.DuplicateKeyColumn, at,
                    $"Column {Quoted.Text(column)} stands twice in the key.", "Keep the first.");
            else if (source.Key.Count > 1 && column == source.Tenant)
                problems.Add(ErrorCodes.TenantColumnInKey, at,
                    $"{Quoted.Text(column)} is the tenant column; the key is read within one tenant.",
                    "Leave it out of the key.");
        }
    }

    static void CheckIgnored(ProblemCollector problems, string path, EntityManifest entity)
    {
        var used = new Dictionary<string, string>(StringComparer.Ordinal);
        used.TryAdd(entity.Source.Tenant, "holds the tenant");
        foreach (var column in entity.Source.Key)
            used.TryAdd(column, "is part of the key");
        foreach (var column in entity.Columns)
            used.TryAdd(column.Source, $"goes to {Quoted.Text(column.Target)}");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < entity.Source.Ignore.Count; i++)
        {
            var column = entity.Source.Ignore[i];
            var at = JsonPath.Index(path, i);
            if (!seen.Add(column))
                problems.Add(ErrorCodes.IgnoredTwice, at,
                    $"Column {Quoted.Text(column)} is ignored twice.", "Keep one.");
            else if (used.TryGetValue(column, out var use))
                problems.Add(ErrorCodes.UsedAndIgnored, at, $"Column {Quoted.Text(column)} is ignored, but it {use}.",
                    "Take it out of 'ignore', or do not use it.");
        }
    }
}
