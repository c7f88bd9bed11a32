namespace LocalPostgres.Finding;

/// <summary>Finds programs in folders by the name that this operating system gives them.</summary>
static class Executables
{
    static readonly string[] Endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];

    /// <summary>The folders of the PATH, in order, without those that are not absolute.</summary>
    public static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified);

    /// <summary>The program's full path, or null.</summary>
    public static string? Find(string name) =>
        PathFolders().Select(folder => FindIn(folder, name)).FirstOrDefault(file => file is not null);

    /// <summary>The program's full path if this folder holds it, or null.</summary>
    public static string? FindIn(string folder, string name) =>
        Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists);
}
