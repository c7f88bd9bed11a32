using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>The source tree that these tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Projects(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories);

    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    public static IReadOnlyList<string> Included(string project, string item) =>
        [.. XDocument.Load(project).Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>()];

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
