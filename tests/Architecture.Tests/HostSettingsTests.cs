using System.Text.Json;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>host.json can hold no comments: docs/scaling.md explains every key of its durableTask section.</summary>
public partial class HostSettingsTests
{
    [Fact]
    public void Every_key_of_the_durableTask_section_is_explained_with_its_value_in_the_scaling_document()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")));
        var keys = Leaves("", host.RootElement.GetProperty("extensions").GetProperty("durableTask")).ToList();
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scaling.md"));
        var explained = Row().Matches(document).ToDictionary(m => m.Groups["key"].Value, m => m.Groups["value"].Value);

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Equal(key, $"{key.Split(" = ")[0]} = {explained.GetValueOrDefault(key.Split(" = ")[0], "")}"));
    }

    static IEnumerable<string> Leaves(string path, JsonElement element) => element.EnumerateObject().SelectMany(p =>
        p.Value.ValueKind == JsonValueKind.Object
            ? Leaves($"{path}{p.Name}.", p.Value)
            : [$"{path}{p.Name} = {(p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString() : p.Value.GetRawText())}"]);

    [GeneratedRegex(@"^\| `(?<key>[\w.]+)` \| `(?<value>[^`]+)` \| \S", RegexOptions.Multiline)]
    private static partial Regex Row();
}
