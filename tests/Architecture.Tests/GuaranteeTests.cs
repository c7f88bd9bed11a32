using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>docs/guarantees.md names tests that are there.</summary>
public sealed partial class GuaranteeTests
{
    [Fact]
    public void Every_test_that_a_guarantee_names_is_there()
    {
        var named = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "guarantees.md")))
            .Select(m => (Class: m.Groups["class"].Value, Method: m.Groups["method"].Value)).Distinct().ToList();
        var sources = Repository.Sources("tests").ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains(sources[n.Class], s => s.Contains($" {n.Method}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Named();
}
