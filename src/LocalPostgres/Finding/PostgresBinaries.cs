using LocalPostgres.Running;

namespace LocalPostgres.Finding;

/// <summary>The programs of one PostgreSQL installation, found to run as the given user.</summary>
sealed record PostgresBinaries(string Folder, Version Version, ServiceUser User)
{
    public string Initdb => Executables.FindIn(Folder, "initdb")!;
    public string PgCtl => Executables.FindIn(Folder, "pg_ctl")!;

    /// <summary>Whether the folder holds all three programs that a private server takes.</summary>
    public static bool AreIn(string folder) =>
        new[] { "initdb", "pg_ctl", "postgres" }.All(name => Executables.FindIn(folder, name) is not null);

    /// <summary>
    /// Asks the installation for its version. Null, with the reason added, if it does not run or is too old.
    /// </summary>
    public static async Task<PostgresBinaries?> ProbeAsync(
        string folder, ServiceUser user, ICollection<string> reasons, CancellationToken ct)
    {
        var banner = await user.RunAsync(
            [Executables.FindIn(folder, "postgres")!, "--version"], Path.GetPathRoot(folder)!, ct);
        var version = banner.Succeeded ? PostgresVersion.FromBanner(banner.Output) : null;
        if (version >= PostgresVersion.Oldest)
            return new(folder, version!, user);
        reasons.Add(version is null
            ? $"{folder}: postgres does not run here ({banner.Said})"
            : $"{folder}: PostgreSQL {version} is older than {PostgresVersion.Oldest.Major}");
        return null;
    }
}
