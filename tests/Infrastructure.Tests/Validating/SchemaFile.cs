using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Infrastructure.Tests.Validating;

/// <summary>A JSON schema, and what it does not let pass.</summary>
sealed class SchemaFile
{
    readonly JsonSchema _schema;

    SchemaFile(string text) => _schema = JsonSchema.FromText(text);

    /// <summary>One of the schemas of this project.</summary>
    public static SchemaFile Own(string name) => new(Repository.Read($"tests/Infrastructure.Tests/schemas/{name}.schema.json"));

    /// <summary>A schema from elsewhere, read as draft 7 whatever it calls itself.</summary>
    public static SchemaFile Foreign(string text)
    {
        var schema = JsonNode.Parse(text)!.AsObject();
        schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        return new SchemaFile(schema.ToJsonString());
    }

    public IEnumerable<Finding> Check(string file, JsonNode? document)
    {
        var results = _schema.Evaluate(
            JsonSerializer.SerializeToElement(document), new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (results.IsValid)
            return [];
        return (results.Details ?? [])
            .SelectMany(detail => (detail.Errors ?? new Dictionary<string, string>()).Select(
                error => new Finding(file, $"{detail.InstanceLocation}", $"{error.Key}: {error.Value}")))
            .Distinct().DefaultIfEmpty(new Finding(file, "", "It does not match its schema."));
    }
}
