using System.Text.Json;
using System.Text.Json.Nodes;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Reporting;

/// <summary>A report as JSON: the facts as an object, each table as an array of objects by its stable name.</summary>
public static class JsonReport
{
    public static string Render(Report report)
    {
        var tables = new JsonObject();
        foreach (var table in report.Tables)
            tables[table.Name] = new JsonArray([.. table.Rows.Select(row => Row(table.Columns, row))]);
        var facts = new JsonObject();
        foreach (var fact in report.Facts)
            facts[fact.Name] = fact.Value;
        return new JsonObject
        {
            ["title"] = report.Title, ["verdict"] = report.Verdict, ["isGood"] = report.IsGood,
            ["account"] = report.Equation, ["facts"] = facts, ["tables"] = tables,
        }.ToJsonString(ManifestJson.Options);
    }

    static JsonNode Row(IReadOnlyList<string> columns, IReadOnlyList<object?> row)
    {
        var json = new JsonObject();
        for (var i = 0; i < columns.Count; i++)
            json[columns[i]] = JsonSerializer.SerializeToNode(row[i], ManifestJson.Options);
        return json;
    }
}
