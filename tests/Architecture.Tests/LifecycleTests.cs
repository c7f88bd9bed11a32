using System.Text.RegularExpressions;
using MigrationFunctions.Core.Ledger;

namespace Architecture.Tests;

/// <summary>States have one table: what is drawn, and what stands in SQL, is in it.</summary>
public sealed partial class LifecycleTests
{
    static readonly string Drawn = File.ReadAllText(Path.Combine(Repository.Root, "docs", "lifecycles.md"));

    [Fact]
    public void What_is_drawn_is_what_is_allowed()
    {
        var drawn = Drawn.Split("\n## ").Skip(1).ToDictionary(
            part => part.Split('\n')[0], part => Arrow().Matches(part).Select(m => (m.Groups["from"].Value, m.Groups["to"].Value)).Order());

        Assert.Equal(Lifecycle.All.Select(l => l.Name), drawn.Keys);
        Assert.All(Lifecycle.All, lifecycle => Assert.Equal(
            (from a in lifecycle.Stored from b in lifecycle.Stored where lifecycle.Allows(a, b) select (a, b)).Order(),
            drawn[lifecycle.Name]));
    }

    [Fact]
    public void Every_state_that_stands_in_SQL_is_one()
    {
        // A session's state has a column of that name, too (pg_stat_activity).
        var known = Lifecycle.All.SelectMany(l => l.Stored).Concat([States.Terminating, "active"]).ToHashSet(StringComparer.Ordinal);
        var files = Repository.Sources("src/MigrationFunctions.PostgreSql").Concat(Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "MigrationFunctions.PostgreSql", "Scripts"), "*.sql"));
        var written = files.SelectMany(file => Comparison().Matches(File.ReadAllText(file)))
            .SelectMany(m => Literal().Matches(m.Groups["values"].Value)).Select(m => m.Groups["state"].Value).ToList();

        Assert.True(written.Count > 20, $"{written.Count} were found.");
        Assert.Equal([], written.Where(state => !known.Contains(state)).Distinct());
    }

    [GeneratedRegex(@"^\s+(?<from>\w+) --> (?<to>\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"\bstate (?:=|<>|IN|NOT IN|text NOT NULL DEFAULT) (?<values>'\w+'|\([^)]*\))")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"'(?<state>\w+)'")]
    private static partial Regex Literal();
}
