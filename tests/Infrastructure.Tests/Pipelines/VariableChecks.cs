using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Pipelines;

/// <summary>Every variable is there when it is used, and one that holds a secret only ever becomes an environment
/// variable of a step: logs and command lines never have it.</summary>
static partial class VariableChecks
{
    // Azure Pipelines defines these.
    static readonly string[] Predefined = ["Agent.", "Build.", "Environment.", "Pipeline.", "System."];

    public static IEnumerable<Finding> Check(ExpandedPipeline pipeline)
    {
        var ofPipeline = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var variable in (pipeline.Document["variables"] as JsonArray ?? []).Select(v => v!.AsObject()))
        {
            foreach (var finding in Unknown(pipeline.File, "variables", (string)variable["value"]!, ofPipeline))
                yield return finding;
            ofPipeline.Add((string)variable["name"]!);
        }
        foreach (var job in StageChecks.Stages(pipeline.Document).SelectMany(s => s["jobs"]!.AsArray()))
        {
            var known = new HashSet<string>(ofPipeline, StringComparer.OrdinalIgnoreCase);
            var secrets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var step in StageChecks.Steps(job!.AsObject()))
                foreach (var finding in Step(pipeline.File, step, known, secrets))
                    yield return finding;
        }
    }

    static IEnumerable<Finding> Step(string file, JsonObject step, HashSet<string> known, HashSet<string> secrets)
    {
        var title = StageChecks.Title(step);
        foreach (var (place, text) in Texts(step, ""))
        {
            foreach (var finding in Unknown(file, title, text, known))
                yield return finding;
            if (!place.StartsWith("/env/", StringComparison.Ordinal) && Names(text).FirstOrDefault(secrets.Contains) is { } secret)
                yield return new Finding(file, title, $"The secret {secret} stands in {place}, where a log may show it: put it into env.");
        }
        known.UnionWith(SetBy(step));
        foreach (var secret in ((string?)step["inputs"]?["SecretsFilter"])?.Split(',') ?? [])
        {
            known.Add(secret);
            secrets.Add(secret);
        }
    }

    static IEnumerable<Finding> Unknown(string file, string place, string text, IReadOnlySet<string> known) => Names(text)
        .Where(name => !known.Contains(name) && !Predefined.Any(p => name.StartsWith(p, StringComparison.Ordinal)))
        .Select(name => new Finding(file, place, $"There is no variable {name} yet."));

    // What a script of this repository sets for the steps that follow.
    static IEnumerable<string> SetBy(JsonObject step) => ScriptChecks.Calls(step)
        .Where(call => Repository.Has(call.Script))
        .SelectMany(call => SetVariable().Matches(Repository.Read(call.Script))).Select(m => m.Groups["name"].Value);

    static IEnumerable<string> Names(string text) => Used().Matches(text).Select(m => m.Groups["name"].Value);

    static IEnumerable<(string Place, string Text)> Texts(JsonNode? node, string place) => node switch
    {
        JsonObject members => members.SelectMany(m => Texts(m.Value, $"{place}/{m.Key}")),
        JsonArray items => items.SelectMany((item, i) => Texts(item, $"{place}/{i}")),
        JsonValue value when value.TryGetValue<string>(out var text) => [(place, text)],
        _ => [],
    };

    [GeneratedRegex(@"\$\((?<name>[A-Za-z_][A-Za-z0-9_.-]*)\)")]
    private static partial Regex Used();

    [GeneratedRegex(@"^\s*set_variable (?<name>[A-Za-z]+) ", RegexOptions.Multiline)]
    private static partial Regex SetVariable();
}
