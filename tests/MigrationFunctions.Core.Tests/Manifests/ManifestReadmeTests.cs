using System.Text.Json;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed partial class ManifestReadmeTests
{
    static readonly string Readme = File.ReadAllText(RepositoryFile.PathOf("manifests/README.md"));

    [Fact]
    public void The_manifest_that_the_readme_shows_is_valid() =>
        Assert.Empty(SampleManifest.Problems(Block().Match(Readme).Groups[1].Value));

    [Fact]
    public void Every_column_and_filter_that_the_readme_shows_is_valid()
    {
        var examples = Inline().Matches(Readme).Select(m => m.Groups[1].Value).ToList();

        Assert.True(examples.Count >= 12, $"Only {examples.Count} examples were found.");
        foreach (var example in examples)
        {
            var list = example.Contains("\"column\"", StringComparison.Ordinal) ? "filters" : "columns";
            var json = SampleManifest.With("entities[1].name", "\"enrollment\"");
            json = SampleManifest.With(json, "tenants.timeZoneColumn", "\"TimeZone\"");
            json = SampleManifest.With(json, $"entities[1].{list}", $"[{example}]");
            json = SampleManifest.With(json, "entities[0].name", "\"student\"")
                .Replace("\"reference\":\"school\"", "\"reference\":\"student\"", StringComparison.Ordinal);
            Assert.Equal([], SampleManifest.Problems(json));
        }
    }

    [Fact]
    public void The_readme_names_every_property_and_every_value()
    {
        Type[] records =
        [
            typeof(Manifest), typeof(TenantSource), typeof(EntityManifest), typeof(EntitySource), typeof(EntityTarget),
            typeof(ColumnManifest), typeof(FilterRule), typeof(MigrationOptions),
            typeof(ThrottleOptions),
        ];
        var properties = records.SelectMany(r => r.GetProperties()).ToList();
        var values = properties.Where(p => p.PropertyType.IsEnum).SelectMany(p => Enum.GetNames(p.PropertyType));
        var names = properties.Select(p => p.Name).Concat(values).Select(JsonNamingPolicy.CamelCase.ConvertName);

        Assert.Equal([], names.Where(n => !Regex.IsMatch(Readme, $"\\b{n}\\b")));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`(\\{ \"(?:source|name)\".*?\\})`")]
    private static partial Regex Inline();
}
