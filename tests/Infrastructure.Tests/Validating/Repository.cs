namespace Infrastructure.Tests.Validating;

/// <summary>The source tree that these tests were built from.</summary>
static class Repository
{
    static readonly string[] NotSources = ["bin", "obj", "artifacts", "node_modules", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder as paths from the root, in a stable order; none where there is no such folder.</summary>
    /// <param name="pattern">A name with wildcards.</param>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start) ? [] :
        [
            .. Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories).Select(Relative)
                .Where(file => !file.Split('/').Any(NotSources.Contains)).Order(StringComparer.Ordinal),
        ];
    }

    public static string FullPath(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(FullPath(file));

    public static bool Has(string path) => File.Exists(FullPath(path)) || Directory.Exists(FullPath(path));

    /// <summary>A path from the root that <paramref name="reference"/> names, seen from a file.</summary>
    public static string Resolve(string file, string reference) =>
        Relative(Path.GetFullPath(Path.Combine(Root, Path.GetDirectoryName(file)!, reference)));

    /// <summary>A file's text with one change, for a validator to find. Fails when the change changes nothing.</summary>
    public static string Broken(string file, string text, string otherText)
    {
        var whole = Read(file);
        Assert.Contains(text, whole, StringComparison.Ordinal);
        return whole.Replace(text, otherText, StringComparison.Ordinal);
    }

    static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
