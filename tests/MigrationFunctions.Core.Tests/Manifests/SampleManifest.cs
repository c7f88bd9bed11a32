using System.Text.Json.Nodes;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

/// <summary>A small valid manifest that tests break in one place.</summary>
static class SampleManifest
{
    public const string File = "sample.json";

    public const string Json = """
        {
          "name": "sample",
          "tenants": { "table": "dbo.District", "key": "DistrictID", "nameColumn": "DistrictName" },
          "entities": [
            {
              "name": "school",
              "source": { "table": "dbo.School", "tenant": "DistrictID", "key": ["SchoolID"], "ignore": ["RowVer"] },
              "target": { "table": "school.school" },
              "columns": [ { "source": "SchoolName", "target": "name", "trim": "end" } ]
            },
            {
              "name": "student",
              "source": { "table": "dbo.Student", "tenant": "DistrictID", "key": ["StudentID"] },
              "target": { "table": "school.student" },
              "ids": "v8",
              "columns": [
                { "source": "SchoolID", "target": "school_id", "reference": "school" },
                { "source": "BirthDate", "target": "birth_date", "nullIf": ["9999-12-31"] },
                { "source": "Gender", "target": "gender", "values": { "M": "male", "F": "female" } },
                { "source": "CreatedAt", "target": "created_at", "timeZone": "America/Chicago" }
              ],
              "filters": [ { "name": "testStudents", "column": "IsTest", "equalTo": true } ]
            }
          ],
          "options": { "batchSize": 10000 }
        }
        """;

    public static Manifest Value => ManifestReader.Read(Json, File).Manifest!;

    /// <summary>The sample with the value at a path (<c>entities[0].source.key</c>) replaced or added; null removes
    /// it.</summary>
    public static string With(string path, string? json) => With(Json, path, json);

    public static string With(string manifest, string path, string? json)
    {
        var root = JsonNode.Parse(manifest)!;
        var steps = Steps(path);
        var parent = steps[..^1].Aggregate(root, Step);
        var value = json is null ? null : JsonNode.Parse(json);
        if (parent is JsonArray list && int.TryParse(steps[^1], out var index))
        {
            if (index == list.Count)
                list.Add(value);
            else
                list[index] = value;
        }
        else if (json is null)
        {
            parent.AsObject().Remove(steps[^1]);
        }
        else
        {
            parent[steps[^1]] = value;
        }
        return root.ToJsonString();
    }

    public static IReadOnlyList<Problem> Problems(string json) => ManifestReader.Read(json, File).Problems;

    public static string[] Steps(string path) =>
        path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');

    public static JsonNode Step(JsonNode node, string step) =>
        int.TryParse(step, out var index) ? node[index]! : node[step]!;
}
