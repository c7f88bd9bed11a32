using LocalPostgres.Running;

namespace LocalPostgres.Finding;

/// <summary>Looks for PostgreSQL where a user, a package or an installer puts it.</summary>
static class InstalledBinaries
{
    /// <summary>Parent folder and pattern of the versions in it, and where a version keeps its programs.</summary>
    static readonly (string Parent, string Pattern, string Programs)[] Places =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/libexec", "postgresql*", ""),
        ("/opt/homebrew/opt", "postgresql*", "bin"),
        ("/usr/local/opt", "postgresql*", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"),
    ];

    /// <summary>The first installation that runs and is new enough; null with the reasons added.</summary>
    public static async Task<PostgresBinaries?> FindAsync(
        IReadOnlyList<string>? folders, ServiceUser user, ICollection<string> reasons, CancellationToken ct)
    {
        var candidates = (folders ?? [.. Executables.PathFolders(), .. KnownFolders()])
            .Where(PostgresBinaries.AreIn)
            .Select(RealFolder)
            .Distinct()
            .ToList();
        foreach (var folder in candidates)
            if (await PostgresBinaries.ProbeAsync(folder, user, reasons, ct) is { } binaries)
                return binaries;
        if (candidates.Count == 0)
            reasons.Add(folders is null
                ? "installed binaries: no initdb, pg_ctl and postgres on the PATH or where packages put them"
                : $"installed binaries: no initdb, pg_ctl and postgres in [{string.Join(", ", folders)}]");
        return null;
    }

    static IEnumerable<string> KnownFolders() =>
        from place in Places
        where Path.IsPathFullyQualified(place.Parent) && Directory.Exists(place.Parent)
        from folder in Directory.GetDirectories(place.Parent, place.Pattern).OrderByDescending(MajorVersion)
        select Path.Combine(folder, place.Programs);

    static int MajorVersion(string folder)
    {
        var digits = Path.GetFileName(folder)
            .SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit).Take(4);
        return digits.Aggregate(0, (number, digit) => number * 10 + (digit - '0'));
    }

    /// <summary>
    /// A folder on the PATH often holds links only; PostgreSQL looks for its other files beside the real ones.
    /// </summary>
    static string RealFolder(string folder)
    {
        var file = Executables.FindIn(folder, "postgres")!;
        return Path.GetDirectoryName(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file)!;
    }
}
