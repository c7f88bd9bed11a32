using System.Text.Json.Nodes;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Pipelines;

/// <summary>The pipelines and templates of the repository; a test may put another text in the place of one.</summary>
sealed class PipelineFolder
{
    public const string Folder = "infra/pipelines";

    readonly Dictionary<string, JsonObject> _documents = new(StringComparer.Ordinal);

    /// <param name="instead">Texts in the place of a file's own, by path.</param>
    public PipelineFolder(params (string File, string Text)[] instead)
    {
        var texts = instead.ToDictionary(i => i.File, i => i.Text, StringComparer.Ordinal);
        foreach (var file in Repository.Files(Folder, "*.yml"))
            _documents[file] = YamlJson.Parse(texts.GetValueOrDefault(file) ?? Repository.Read(file))!.AsObject();
    }

    public IReadOnlyDictionary<string, JsonObject> Documents => _documents;

    /// <summary>The files that Azure DevOps runs: the others are templates.</summary>
    public IEnumerable<string> Pipelines => _documents.Where(d => d.Value.ContainsKey("trigger")).Select(d => d.Key);

    /// <summary>A pipeline as it is run, with its templates in place.</summary>
    public ExpandedPipeline Expand(string pipeline) => new Expansion(_documents).Expand(pipeline);
}
