using System.Text.Json.Nodes;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class ManifestSchemaTests
{
    [Fact]
    public void The_committed_schema_is_what_the_records_say() =>
        RepositoryFile.AssertIs("manifests/manifest.schema.json", ManifestSchema.Generate());

    [Fact]
    public void Every_property_carries_its_description()
    {
        var undescribed = new List<string>();
        Visit(JsonNode.Parse(ManifestSchema.Generate())!, "$");
        Assert.Empty(undescribed);

        void Visit(JsonNode? schema, string path)
        {
            foreach (var (name, property) in schema?["properties"]?.AsObject() ?? [])
            {
                if (property?["description"] is null)
                    undescribed.Add($"{path}.{name}");
                Visit(property, $"{path}.{name}");
                Visit(property?["items"], $"{path}.{name}[]");
            }
        }
    }

    [Fact]
    public void The_schema_knows_ranges_defaults_enums_and_closes_objects()
    {
        var schema = JsonNode.Parse(ManifestSchema.Generate())!;
        var batchSize = schema["properties"]!["options"]!["properties"]!["batchSize"]!;
        var columns = schema["properties"]!["entities"]!["items"]!["properties"]!["columns"]!["items"]!;

        Assert.Equal(
            (1, 100_000, 20_000),
            ((int)batchSize["minimum"]!, (int)batchSize["maximum"]!, (int)batchSize["default"]!));
        Assert.Equal("[\"none\",\"end\",\"both\"]", columns["properties"]!["trim"]!["enum"]!.ToJsonString());
        Assert.False((bool)columns["additionalProperties"]!);
        Assert.Equal("[\"source\",\"target\"]", columns["required"]!.ToJsonString());
    }
}
