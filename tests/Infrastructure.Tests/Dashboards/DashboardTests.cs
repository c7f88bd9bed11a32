using System.Text.Json.Nodes;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Dashboards;

public sealed class DashboardTests(Counts counts)
{
    const string Grafana =
        """
        {
          "uid": "sample", "title": "Sample", "schemaVersion": 41, "time": { "from": "now-1h", "to": "now" },
          "templating": { "list": [{ "name": "datasource", "type": "datasource" }, { "name": "manifest", "type": "query" }] },
          "panels": [
            {
              "id": 1, "type": "timeseries", "title": "Rows", "datasource": { "uid": "${datasource}" },
              "gridPos": { "x": 0, "y": 0, "w": 12, "h": 8 },
              "targets": [{ "refId": "A", "datasource": { "uid": "${datasource}" }, "expr": "rate(x{a=~\"$manifest\"}[$__rate_interval])" }]
            },
            {
              "id": 2, "type": "timeseries", "title": "Bytes", "datasource": { "uid": "${datasource}" },
              "gridPos": { "x": 12, "y": 0, "w": 12, "h": 8 },
              "targets": [{ "refId": "A", "datasource": { "uid": "${datasource}" }, "expr": "y" }]
            }
          ]
        }
        """;

    const string AzureWorkbook =
        """
        {
          "version": "Notebook/1.0", "$schema": "https://example.org/schema/workbook.json",
          "items": [
            {
              "type": 9, "name": "parameters",
              "content": { "version": "KqlParameterItem/1.0", "parameters": [{ "id": "1", "version": "KqlParameterItem/1.0", "name": "Time", "type": 4 }] }
            },
            {
              "type": 3, "name": "rows",
              "content": {
                "version": "KqlItem/1.0", "query": "customMetrics | where timestamp {Time}", "queryType": 0,
                "resourceType": "microsoft.insights/components", "visualization": "timechart", "timeContextFromParameter": "Time"
              }
            }
          ]
        }
        """;

    [Fact]
    public void Dashboards_and_workbooks_can_be_imported_and_show_something()
    {
        var files = Repository.Files("infra/dashboards", "*.json");
        Findings.AssertNone(files.SelectMany(file => Check(file, Repository.Read(file))));
        counts.Tell("dashboards and workbooks", files.Count, "valid");
    }

    [Fact]
    public void The_samples_of_these_tests_are_valid() =>
        Findings.AssertNone([.. Check("grafana", Grafana), .. Check("workbook", AzureWorkbook)]);

    [Theory]
    [InlineData("\"id\": 2", "\"id\": 1", "Several panels have that id")]
    [InlineData("\"x\": 12", "\"x\": 11", "overlaps with Bytes")]
    [InlineData("\"x\": 12", "\"x\": 13", "does not fit into 24 columns")]
    [InlineData("\"x\": 12", "\"x\": 24", "/panels/1/gridPos/x")]
    [InlineData(
        "\"uid\": \"${datasource}\" }, \"expr\": \"y\"", "\"uid\": \"prometheus\" }, \"expr\": \"y\"",
        "not one that the reader chooses")]
    [InlineData("$manifest", "$entity", "no variable entity")]
    [InlineData("\"expr\": \"y\"", "\"expr\": \"\"", "/panels/1/targets/0/expr")]
    [InlineData("\"schemaVersion\": 41,", "", "schemaVersion")]
    public void What_is_wrong_in_a_dashboard_is_found(string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check("grafana", Replace(Grafana, text, otherText)));

    [Theory]
    [InlineData("\"name\": \"rows\"", "\"name\": \"parameters\"", "Several items have that name")]
    [InlineData("timestamp {Time}", "timestamp {TimeRange}", "no parameter TimeRange")]
    [InlineData("timeContextFromParameter\": \"Time\"", "timeContextFromParameter\": \"Range\"", "no parameter Range")]
    [InlineData("\"queryType\": 0,", "", "queryType")]
    [InlineData("Notebook/1.0", "Notebook/2.0", "/version")]
    [InlineData("\"type\": 3", "\"type\": 4", "/items/1/type")]
    public void What_is_wrong_in_a_workbook_is_found(string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check("workbook", Replace(AzureWorkbook, text, otherText)));

    static IEnumerable<Finding> Check(string file, string text)
    {
        var document = JsonNode.Parse(text)!.AsObject();
        var isWorkbook = document.ContainsKey("items");
        var findings = SchemaFile.Own(isWorkbook ? "workbook" : "grafana").Check(file, document).ToList();
        return findings.Count > 0 ? findings : isWorkbook ? Workbook.Check(file, document) : GrafanaDashboard.Check(file, document);
    }

    static string Replace(string whole, string text, string otherText)
    {
        Assert.Contains(text, whole, StringComparison.Ordinal);
        return whole.Replace(text, otherText, StringComparison.Ordinal);
    }
}
