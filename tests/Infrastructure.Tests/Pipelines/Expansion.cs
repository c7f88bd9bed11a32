using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Pipelines;

/// <summary>A pipeline with its templates in place and its parameters filled in.</summary>
sealed record ExpandedPipeline(string File, JsonObject Document, IReadOnlyList<Finding> Findings);

/// <summary>Puts templates in the place of their references, as Azure Pipelines does before a run, and notes references to
/// what is not there.</summary>
sealed partial class Expansion(IReadOnlyDictionary<string, JsonObject> documents)
{
    readonly List<Finding> _findings = [];

    public ExpandedPipeline Expand(string file)
    {
        var document = documents[file];
        var defaults = Parameters(document).Where(p => p["default"] is not null)
            .ToDictionary(Name, p => p["default"], StringComparer.Ordinal);
        return new ExpandedPipeline(file, Object(file, document, defaults), _findings);
    }

    JsonObject Object(string file, JsonObject source, IReadOnlyDictionary<string, JsonNode?> arguments) => new(
        source.Where(member => member.Key != "parameters" || source.ContainsKey("template"))
            .Select(member => KeyValuePair.Create(member.Key, Node(file, member.Value, arguments))));

    JsonNode? Node(string file, JsonNode? source, IReadOnlyDictionary<string, JsonNode?> arguments) => source switch
    {
        JsonObject value => Object(file, value, arguments),
        JsonArray items => new JsonArray([.. items.SelectMany(item => Item(file, item, arguments))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Text(file, text, arguments),
        _ => source?.DeepClone(),
    };

    IEnumerable<JsonNode?> Item(string file, JsonNode? item, IReadOnlyDictionary<string, JsonNode?> arguments)
    {
        if (item is not JsonObject reference || (string?)reference["template"] is not { } path)
            return [Node(file, item, arguments)];
        var template = Repository.Resolve(file, path);
        if (!documents.TryGetValue(template, out var document))
        {
            _findings.Add(new Finding(file, path, "There is no such template."));
            return [];
        }
        var given = reference["parameters"] is JsonObject parameters ? Object(file, parameters, arguments) : [];
        var values = Values(file, path, document, given);
        var section = new[] { "steps", "stages", "variables" }.Single(document.ContainsKey);
        return document[section]!.AsArray().SelectMany(i => Item(template, i, values)).ToList();
    }

    Dictionary<string, JsonNode?> Values(string file, string path, JsonObject template, JsonObject given)
    {
        var declared = Parameters(template).ToDictionary(Name, StringComparer.Ordinal);
        foreach (var name in given.Select(g => g.Key).Where(name => !declared.ContainsKey(name)))
            _findings.Add(new Finding(file, path, $"It has no parameter {name}."));
        foreach (var (name, parameter) in declared)
        {
            if (!given.ContainsKey(name) && !parameter.ContainsKey("default"))
                _findings.Add(new Finding(file, path, $"It needs the parameter {name}."));
            if (parameter["values"] is JsonArray values && given[name] is { } value
                && !values.Any(v => JsonNode.DeepEquals(v, value)))
                _findings.Add(new Finding(file, path, $"Its parameter {name} may not be {value}."));
        }
        return declared.ToDictionary(p => p.Key, p => given[p.Key] ?? p.Value["default"], StringComparer.Ordinal);
    }

    JsonNode? Text(string file, string text, IReadOnlyDictionary<string, JsonNode?> arguments)
    {
        if (Parameter().Match(text) is { Success: true } whole && whole.Length == text.Length)
            return Argument(file, whole, arguments)?.DeepClone();
        return Parameter().Replace(text, match => $"{Argument(file, match, arguments)}");
    }

    JsonNode? Argument(string file, Match match, IReadOnlyDictionary<string, JsonNode?> arguments)
    {
        var name = match.Groups["name"].Value;
        if (!arguments.TryGetValue(name, out var value))
            _findings.Add(new Finding(file, match.Value, $"There is no parameter {name}."));
        return value;
    }

    static IEnumerable<JsonObject> Parameters(JsonObject document) =>
        (document["parameters"] as JsonArray ?? []).Select(p => p!.AsObject());

    static string Name(JsonObject parameter) => (string)parameter["name"]!;

    [GeneratedRegex(@"\$\{\{ parameters\.(?<name>[A-Za-z]+) \}\}")]
    private static partial Regex Parameter();
}
