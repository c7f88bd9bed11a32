using System.Text.Json;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Diagnostics;

namespace Scenarios.Tests.Telemetry;

/// <summary>Dashboards and alert rules ask only for what is emitted: names and dimensions. What is emitted is the subject of
/// <see cref="MetricContractTests"/>; here the files of folder infra are compared with it.</summary>
public sealed partial class DashboardTests
{
    // What is no instrument and yet begins so: dimensions, attributes of spans, and the span itself.
    static readonly HashSet<string> OtherNames =
        [MetricNames.Manifest, MetricNames.Tenant, MetricNames.Entity, "migration.run", "migration.batch"];

    static readonly HashSet<string> OtherLabels = ["le", "job", "instance", "service_name"];

    [Fact]
    public void Dashboards_and_alert_rules_ask_only_for_metrics_that_are_emitted_with_dimensions_that_they_have() =>
        Assert.Empty(Queries().SelectMany(q => Faults(q.Text).Select(fault => $"{q.File}: {fault}")));

    [Theory]
    [InlineData("customMetrics | where name == 'migration.row' ", "migration.row is not emitted")]
    [InlineData("where name == 'migration.window' | by customDimensions['code']", "code is no dimension of migration.window")]
    [InlineData("where name == 'migration.window' | by customDimensions.code", "code is no dimension of migration.window")]
    [InlineData("rate(migration_rows[5m])", "migration_rows is not emitted")]
    [InlineData("migration_rows_total{rule=\"x\"}", "rule is no label of migration_rows_total")]
    [InlineData("sum by (tenant) (migration_rows_total)", "tenant is no label of migration_rows_total")]
    public void A_query_that_asks_for_something_else_is_found(string query, string fault) =>
        Assert.Equal([fault], Faults(query));

    [Theory]
    [InlineData("where name in ('migration.runs.active', 'migration.credential.expires_in') | by customDimensions['connection']")]
    [InlineData("histogram_quantile(0.9, sum by (le, path) (rate(migration_batch_duration_seconds_bucket{migration_entity=~\"$e\"}[5m])))")]
    [InlineData("dependencies | where name == 'migration.batch' | by customDimensions['migration.run']")]
    [InlineData("max(migration_run_throughput_per_second{kind=\"now\"}) + migration_run_heartbeat_age_seconds")]
    public void A_query_that_asks_for_what_is_emitted_is_none(string query) => Assert.Empty(Faults(query));

    static IEnumerable<string> Faults(string query)
    {
        var names = DottedName().Matches(query).Select(m => m.Value).Distinct().ToList();
        var asked = names.Select(n => MetricContract.All.FirstOrDefault(p => p.Name == n)).OfType<Promise>().ToList();
        foreach (var name in names.Where(n => !OtherNames.Contains(n) && asked.All(p => p.Name != n)))
            yield return $"{name} is not emitted";
        if (asked.Count > 0)
            foreach (var dimension in Dimension().Matches(query).Select(m => m.Groups["name"].Value).Distinct())
                if (!asked.Any(p => p.Dimensions.Contains(dimension)))
                    yield return $"{dimension} is no dimension of {string.Join(", ", asked.Select(p => p.Name))}";
        foreach (var fault in PrometheusFaults(query))
            yield return fault;
    }

    static IEnumerable<string> PrometheusFaults(string query)
    {
        var labels = MetricContract.All.SelectMany(p => p.PrometheusLabels).ToHashSet(StringComparer.Ordinal);
        var names = UnderscoredName().Matches(query).Select(m => m.Value).Where(n => !labels.Contains(n)).Distinct().ToList();
        var asked = new List<Promise>();
        foreach (var name in names)
        {
            if (MetricContract.All.FirstOrDefault(p => p.PrometheusNames.Contains(name)) is { } promise)
                asked.Add(promise);
            else
                yield return $"{name} is not emitted";
        }
        if (asked.Count == 0)
            yield break;
        var used = Matcher().Matches(query).Select(m => m.Groups["label"].Value)
            .Concat(Grouping().Matches(query).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)))
            .Distinct();
        foreach (var label in used.Where(l => !OtherLabels.Contains(l) && !asked.Any(p => p.PrometheusLabels.Contains(l))))
            yield return $"{label} is no label of {string.Join(", ", names)}";
    }

    static IEnumerable<(string File, string Text)> Queries()
    {
        var infra = Path.Combine(Root(), "infra");
        if (!Directory.Exists(infra))
            return [];
        var bicep = Directory.EnumerateFiles(infra, "*.bicep", SearchOption.AllDirectories)
            .SelectMany(file => BicepText().Matches(File.ReadAllText(file)).Select(m => (file, m.Groups["text"].Value)));
        var dashboards = Directory.EnumerateFiles(infra, "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "dashboards")
            .SelectMany(file => Texts(JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file))).Select(text => (file, text)));
        return bicep.Concat(dashboards);
    }

    static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"(?<![\w./-])migration(\.[a-z_]+)+(?![\w./-])")]
    private static partial Regex DottedName();

    [GeneratedRegex(@"(?<![\w./$-])migration_[a-z_]+(?![\w./-])")]
    private static partial Regex UnderscoredName();

    [GeneratedRegex(@"customDimensions(\[['""](?<name>[^'""]+)['""]\]|\.(?<name>\w+))")]
    private static partial Regex Dimension();

    [GeneratedRegex(@"(?<label>[a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(by|without|on|ignoring)\s*\((?<labels>[^)]*)\)\s*\(")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"'''(?<text>.*?)'''|'(?<text>(\\.|[^'\\\n])*)'", RegexOptions.Singleline)]
    private static partial Regex BicepText();
}
