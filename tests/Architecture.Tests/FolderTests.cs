using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The core's folders stand in one order, drawn in its README: each imports only those above it.</summary>
public sealed partial class FolderTests
{
    const string Core = "src/MigrationFunctions.Core";

    static readonly List<string> Rooms =
    [
        .. Room().Matches(File.ReadAllText(Path.Combine(Repository.Root, Core, "README.md"))).Select(m => m.Groups["name"].Value),
    ];

    [Fact]
    public void The_README_draws_every_folder()
    {
        var folders = Repository.Sources(Core).Select(FolderOf).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Rooms.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_folder_imports_only_those_above_it()
    {
        var back = from file in Repository.Sources(Core)
                   let folder = FolderOf(file)
                   from import in ImportsOf(File.ReadAllText(file))
                   where Rooms.IndexOf(import) > Rooms.IndexOf(folder)
                   select $"{Repository.Relative(file)} imports {import}";

        Assert.Equal([], back.Distinct());
    }

    [Theory]
    [InlineData("using MigrationFunctions.Core.Reporting;", "Reporting")]
    [InlineData("    Task Go(Reporting.Report report);", "Reporting")]
    [InlineData("    Task Go(MigrationFunctions.Core.Reporting.Report report);", "Reporting")]
    [InlineData("    /// <exception cref=\"Errors.MigrationException\">", "Errors")]
    public void An_import_is_seen_in_each_of_its_forms(string line, string expected) =>
        Assert.Equal([expected], ImportsOf(line).Distinct());

    static IEnumerable<string> ImportsOf(string text) => Import().Matches(text).Select(m => m.Groups["room"].Value).Where(Rooms.Contains);

    static string FolderOf(string file) => Path.GetRelativePath(Path.Combine(Repository.Root, Core), file).Split(Path.DirectorySeparatorChar)[0];

    [GeneratedRegex(@"^(?<name>[A-Z]\w+) {2,}\S", RegexOptions.Multiline)]
    private static partial Regex Room();

    // By its full name, or as seen from the namespace that all rooms share.
    [GeneratedRegex(@"(?:MigrationFunctions\.Core\.(?<room>\w+)|(?<![\w.])(?<room>[A-Z]\w+)\.[A-Z])")]
    private static partial Regex Import();
}
