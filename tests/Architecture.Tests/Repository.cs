using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>The source tree that these tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Projects(string folder) => Files(folder, "*.csproj");

    public static IEnumerable<string> Sources(string folder) => Files(folder, "*.cs");

    public static IEnumerable<string> Documents() =>
        [.. Directory.EnumerateFiles(Root, "*.md"), .. new[] { "docs", "src", "manifests", "infra" }.SelectMany(folder => Files(folder, "*.md"))];

    public static IReadOnlyList<string> Included(string project, string item) =>
        [.. XDocument.Load(project).Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>()];

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    // Builds make files of either kind.
    static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
