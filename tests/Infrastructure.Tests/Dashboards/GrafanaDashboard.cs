using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Dashboards;

/// <summary>What a Grafana dashboard must be like beyond its schema.</summary>
static partial class GrafanaDashboard
{
    public static IEnumerable<Finding> Check(string file, JsonObject dashboard)
    {
        var panels = Panels(dashboard).ToList();
        foreach (var id in panels.CountBy(p => (int)p["id"]!).Where(c => c.Value > 1))
            yield return new Finding(file, $"panel {id.Key}", "Several panels have that id.");
        foreach (var finding in Overlaps(file, panels))
            yield return finding;
        var variables = dashboard["templating"]!["list"]!.AsArray().Select(v => (string)v!["name"]!).ToHashSet(StringComparer.Ordinal);
        foreach (var panel in panels)
            foreach (var finding in Queries(file, panel, variables))
                yield return finding;
    }

    static IEnumerable<Finding> Queries(string file, JsonObject panel, HashSet<string> variables)
    {
        foreach (var query in (panel["targets"] as JsonArray ?? []).Select(t => t!.AsObject()).Append(panel))
        {
            if (query["datasource"] is { } source && !$"{source["uid"]}".StartsWith("${", StringComparison.Ordinal))
                yield return new Finding(file, $"{panel["title"]}", "Its data source is not one that the reader chooses.");
            var text = $"{query["expr"]} {query["datasource"]?["uid"]}";
            foreach (var name in Variable().Matches(text).Select(m => m.Groups["name"].Value))
                if (!name.StartsWith("__", StringComparison.Ordinal) && !variables.Contains(name))
                    yield return new Finding(file, $"{panel["title"]}", $"There is no variable {name}.");
        }
    }

    static IEnumerable<Finding> Overlaps(string file, List<JsonObject> panels)
    {
        for (var i = 0; i < panels.Count; i++)
        {
            var (x, y, w, h) = Place(panels[i]);
            if (x + w > 24)
                yield return new Finding(file, $"{panels[i]["title"]}", "It does not fit into 24 columns.");
            foreach (var other in panels[(i + 1)..])
            {
                var (otherX, otherY, otherW, otherH) = Place(other);
                if (x < otherX + otherW && otherX < x + w && y < otherY + otherH && otherY < y + h)
                    yield return new Finding(file, $"{panels[i]["title"]}", $"It overlaps with {other["title"]}.");
            }
        }
    }

    static IEnumerable<JsonObject> Panels(JsonNode parent) => (parent["panels"] as JsonArray ?? []).Select(p => p!.AsObject())
        .SelectMany(panel => new[] { panel }.Concat(Panels(panel)));

    static (int X, int Y, int W, int H) Place(JsonObject panel) =>
        panel["gridPos"] is { } at ? ((int)at["x"]!, (int)at["y"]!, (int)at["w"]!, (int)at["h"]!) : default;

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Variable();
}
