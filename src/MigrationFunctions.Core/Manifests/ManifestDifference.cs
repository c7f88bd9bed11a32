using System.Text;
using System.Text.Json.Nodes;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>One place where two manifests differ in what they put into the target.</summary>
/// <param name="Path">Path in which entities, columns and filters stand by name, because their index may differ:
/// <c>$.entities['student'].columns['last_name'].trim</c>.</param>
/// <param name="Was">The stored value as JSON, cut after 80 characters; null when there was none.</param>
/// <param name="Is">The present value likewise.</param>
public sealed record ManifestDifference(string Path, string? Was, string? Is)
{
    const int MaxShown = 80;
    const int MaxListed = 5;
    const string Entities = "$.entities";

    /// <summary>All differences, in the order of paths. Empty exactly when <see cref="ManifestFingerprint"/> is
    /// equal.</summary>
    public static IReadOnlyList<ManifestDifference> Between(Manifest stored, Manifest now)
    {
        var differences = new List<ManifestDifference>();
        Compare("$", ManifestFingerprint.Essence(stored), ManifestFingerprint.Essence(now), differences);
        return differences;
    }

    /// <summary>Those that concern what an entity puts into the target: its own, and those of the whole manifest.</summary>
    public static IReadOnlyList<ManifestDifference> OfEntity(string entity, Manifest stored, Manifest now)
    {
        var own = Named(Entities, entity);
        return [.. Between(stored, now).Where(d => !d.Path.StartsWith(Entities, StringComparison.Ordinal)
            || d.Path == own || d.Path.StartsWith(own + ".", StringComparison.Ordinal))];
    }

    /// <summary>The refusal to go on with a changed manifest: names up to five of the places.</summary>
    public static Problem Refusal(string manifest, IReadOnlyList<ManifestDifference> differences)
    {
        var listed = string.Join("; ", differences.Take(MaxListed));
        var more = differences.Count > MaxListed ? $"; and {differences.Count - MaxListed} more" : "";
        return new Problem(
            ErrorCodes.ManifestChanged, manifest, $"The manifest changed since the ledger's rows were written: {listed}{more}.",
            "Go on with these places as they were. Or load the entities anew by the new ones: docs/guarantees.md, \"A manifest that "
            + "changed\", says how their rows and batches are taken away; entities that did not change stay.");
    }

    /// <summary>The difference in words: <c>$.idNamespace was "..." and is "..."</c>.</summary>
    public override string ToString() => (Was, Is) switch
    {
        (null, _) => $"{Path} is new: {Is}",
        (_, null) => $"{Path} is gone: {Was}",
        _ => $"{Path} was {Was} and is {Is}",
    };

    static void Compare(string path, JsonNode? was, JsonNode? now, List<ManifestDifference> differences)
    {
        if (was is JsonObject wasMembers && now is JsonObject nowMembers)
            CompareMembers(path, wasMembers, nowMembers, differences);
        else if (Keyed(was) is { } wasKeyed && Keyed(now) is { } nowKeyed)
            CompareKeyed(path, wasKeyed, nowKeyed, differences);
        else if (Text(was) is var wasText && Text(now) is var nowText && wasText != nowText)
            differences.Add(new ManifestDifference(path, Shorten(wasText), Shorten(nowText)));
    }

    static void CompareMembers(string path, JsonObject was, JsonObject now, List<ManifestDifference> differences)
    {
        var isNamedByAuthor = path == Entities || path.EndsWith(".values", StringComparison.Ordinal);
        foreach (var name in was.Select(m => m.Key).Union(now.Select(m => m.Key)).Order(StringComparer.Ordinal))
        {
            var at = isNamedByAuthor ? Named(path, name) : JsonPath.Member(path, name);
            Compare(at, was[name], now[name], differences);
        }
    }

    static void CompareKeyed(
        string path, List<(string Key, JsonNode Node)> was, List<(string Key, JsonNode Node)> now,
        List<ManifestDifference> differences)
    {
        var keys = was.Select(e => e.Key).Union(now.Select(e => e.Key)).ToList();
        foreach (var key in keys)
            Compare(Named(path, key), was.Find(e => e.Key == key).Node, now.Find(e => e.Key == key).Node, differences);
        var wasOrder = was.Select(e => e.Key).ToList();
        var nowOrder = now.Select(e => e.Key).ToList();
        if (wasOrder.Count == nowOrder.Count && !wasOrder.SequenceEqual(nowOrder) && keys.Count == wasOrder.Count)
            differences.Add(new ManifestDifference(
                $"{path} (order)", Shorten(string.Join(", ", wasOrder)), Shorten(string.Join(", ", nowOrder))));
    }

    // Columns are told apart by their target, filters by their name; both are unique in a valid manifest.
    static List<(string Key, JsonNode Node)>? Keyed(JsonNode? node)
    {
        if (node is not JsonArray array || array.Count == 0 || array.Any(e => e is not JsonObject))
            return null;
        return [.. array.Select(e => ((e!["target"] ?? e["name"])!.GetValue<string>(), e))];
    }

    static string Named(string path, string name) => $"{path}[{Quoted.Text(name)}]";

    static string? Text(JsonNode? node) => node is null ? null : Encoding.UTF8.GetString(CanonicalJson.Write(node));

    static string? Shorten(string? text) => text?.Length > MaxShown ? Quoted.Line(text[..MaxShown]) + "..." : text;
}
