using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Pipelines;

/// <summary>The scripts that pipelines call are there, may be run, and have the options that they are given.</summary>
static partial class ScriptChecks
{
    public static IEnumerable<Finding> Check(ExpandedPipeline pipeline)
    {
        foreach (var step in StageChecks.Stages(pipeline.Document)
            .SelectMany(s => s["jobs"]!.AsArray()).SelectMany(j => StageChecks.Steps(j!.AsObject())))
            foreach (var (script, arguments) in Calls(step))
            {
                var title = StageChecks.Title(step);
                if (!Repository.Has(script))
                {
                    yield return new Finding(pipeline.File, title, $"There is no script {script}.");
                    continue;
                }
                if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(Repository.FullPath(script)).HasFlag(UnixFileMode.UserExecute))
                    yield return new Finding(pipeline.File, title, $"{script} may not be executed.");
                var text = Repository.Read(script);
                foreach (var option in Option().Matches(arguments).Select(m => m.Groups["name"].Value))
                    if (!text.Contains($"    {option})", StringComparison.Ordinal))
                        yield return new Finding(pipeline.File, title, $"{script} has no option {option}.");
            }
    }

    /// <summary>The scripts of the repository that a step calls, each with its arguments.</summary>
    public static IEnumerable<(string Script, string Arguments)> Calls(JsonObject step)
    {
        if ((string?)step["inputs"]?["scriptPath"] is { } path)
            yield return (path, (string?)step["inputs"]!["arguments"] ?? "");
        var joined = ((string?)step["bash"] ?? (string?)step["inputs"]?["inlineScript"] ?? "")
            .Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (Match call in Script().Matches(joined))
            yield return (call.Groups["script"].Value, call.Groups["arguments"].Value.Split(" -- ")[0]);
    }

    [GeneratedRegex(@"(?<script>(infra/pipelines/scripts/[a-z-]+\.sh|\.ci/[a-z-]+))(?<arguments>[^\n]*)")]
    private static partial Regex Script();

    [GeneratedRegex(@"(?<=\s|^)(?<name>--[a-z-]+)")]
    private static partial Regex Option();
}
