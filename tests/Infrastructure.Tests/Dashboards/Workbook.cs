using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Dashboards;

/// <summary>What an Azure Monitor workbook must be like beyond its schema.</summary>
static partial class Workbook
{
    public static IEnumerable<Finding> Check(string file, JsonObject workbook)
    {
        var items = Items(workbook).ToList();
        foreach (var name in items.CountBy(i => (string)i["name"]!).Where(c => c.Value > 1))
            yield return new Finding(file, name.Key, "Several items have that name.");
        var parameters = items.SelectMany(i => i["content"]!["parameters"] as JsonArray ?? [])
            .Select(p => p!.AsObject()).ToList();
        foreach (var id in parameters.CountBy(p => (string)p["id"]!).Where(c => c.Value > 1))
            yield return new Finding(file, id.Key, "Several parameters have that id.");
        var names = parameters.Select(p => (string)p["name"]!).ToHashSet(StringComparer.Ordinal);
        foreach (var (place, query, time) in items
            .Select(i => ((string)i["name"]!, i["content"]!["query"], i["content"]!["timeContextFromParameter"]))
            .Concat(parameters.Select(p => ((string)p["name"]!, p["query"], p["timeContextFromParameter"]))))
        {
            foreach (var name in Parameter().Matches($"{query}").Select(m => m.Groups["name"].Value).Append((string?)time).OfType<string>())
                if (!names.Contains(name))
                    yield return new Finding(file, place, $"There is no parameter {name}.");
        }
    }

    static IEnumerable<JsonObject> Items(JsonNode parent) => (parent["items"] as JsonArray ?? []).Select(i => i!.AsObject())
        .SelectMany(item => new[] { item }.Concat(item["content"] is { } content ? Items(content) : []));

    [GeneratedRegex(@"\{(?<name>[A-Za-z][A-Za-z0-9_]*)(:[a-z]+)?\}")]
    private static partial Regex Parameter();
}
