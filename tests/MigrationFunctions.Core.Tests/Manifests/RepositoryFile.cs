namespace MigrationFunctions.Core.Tests.Manifests;

/// <summary>Files of the repository that are made from the code.</summary>
static class RepositoryFile
{
    const string Update = "MIGRATION_UPDATE_FILES";

    public static string PathOf(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        Assert.True(folder is not null, "The tests must run from a build inside the repository.");
        return Path.Combine(folder.FullName, relative);
    }

    /// <summary>Like <see cref="AssertIs"/> for the part of a file between <c>&lt;!-- name --&gt;</c> and
    /// <c>&lt;!-- /name --&gt;</c>.</summary>
    public static void AssertPart(string relative, string name, string expected)
    {
        var text = File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n");
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{relative} has no part {name}.");
        AssertIs(relative, $"{text[..from]}{expected}{text[to..]}");
    }

    /// <summary>Fails when the file differs from what the code makes now; with MIGRATION_UPDATE_FILES=1 it writes the
    /// file.</summary>
    public static void AssertIs(string relative, string expected)
    {
        var path = PathOf(relative);
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(path, expected);
        var actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(
            actual == expected,
            $"{relative} is not what the code makes now. Run the tests once with {Update}=1 and commit it.");
    }
}
