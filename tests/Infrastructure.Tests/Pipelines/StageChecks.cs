using System.Text.Json.Nodes;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Pipelines;

/// <summary>What stages and jobs say of one another, and of the pipeline whose artifacts they take.</summary>
static class StageChecks
{
    public static IEnumerable<Finding> Check(ExpandedPipeline pipeline, IReadOnlySet<string> artifacts)
    {
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stage in Stages(pipeline.Document))
        {
            var name = (string)stage["stage"]!;
            foreach (var dependency in Names(stage["dependsOn"]).Where(d => !before.Contains(d)))
                yield return new Finding(pipeline.File, name, $"It depends on {dependency}, which is no stage before it.");
            if (!before.Add(name))
                yield return new Finding(pipeline.File, name, "There are two stages of that name.");
            foreach (var finding in stage["jobs"]!.AsArray().SelectMany(j => Downloads(pipeline, j!.AsObject(), artifacts)))
                yield return finding;
        }
    }

    /// <summary>The artifacts that a pipeline publishes under a fixed name.</summary>
    public static IReadOnlySet<string> Artifacts(ExpandedPipeline pipeline) => Stages(pipeline.Document)
        .SelectMany(stage => stage["jobs"]!.AsArray()).SelectMany(job => Steps(job!.AsObject()))
        .Where(step => step.ContainsKey("publish")).Select(step => (string)step["artifact"]!).ToHashSet(StringComparer.Ordinal);

    public static IEnumerable<JsonObject> Stages(JsonObject pipeline) => pipeline["stages"]!.AsArray().Select(s => s!.AsObject());

    /// <summary>The steps of a job or of a deployment job.</summary>
    public static IEnumerable<JsonObject> Steps(JsonObject job) =>
        (job["steps"] ?? job["strategy"]!["runOnce"]!["deploy"]!["steps"])!.AsArray().Select(s => s!.AsObject());

    /// <summary>What a step is called.</summary>
    public static string Title(JsonObject step) => (string?)step["displayName"] ?? step.First().Key;

    static IEnumerable<Finding> Downloads(ExpandedPipeline pipeline, JsonObject job, IReadOnlySet<string> artifacts)
    {
        var aliases = (pipeline.Document["resources"]?["pipelines"] as JsonArray ?? []).Select(p => (string)p!["pipeline"]!).ToList();
        foreach (var step in Steps(job).Where(s => s.ContainsKey("download")))
        {
            if (!aliases.Contains((string)step["download"]!))
                yield return new Finding(pipeline.File, Title(step), $"The pipeline has no resource {step["download"]}.");
            if (!artifacts.Contains((string)step["artifact"]!))
                yield return new Finding(pipeline.File, Title(step), $"ci.yml publishes no artifact {step["artifact"]}.");
        }
    }

    static IEnumerable<string> Names(JsonNode? dependsOn) => dependsOn switch
    {
        JsonArray several => several.Select(s => (string)s!),
        JsonValue one => [(string)one!],
        _ => [],
    };
}
