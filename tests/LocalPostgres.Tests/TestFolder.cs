using System.Security.Cryptography;

namespace LocalPostgres.Tests;

/// <summary>A temp folder of one test. Others may enter it: as root the server runs as another user.</summary>
sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), $"lpt-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>Where the leases of the tests' servers stand.</summary>
    public string Registry => Directory.GetDirectories(Path).Single();

    /// <summary>All that servers left: nothing but the empty registry is to stay.</summary>
    public IEnumerable<string> Leftovers =>
        Directory.Exists(Path) ? Directory.GetDirectories(Path).SelectMany(Directory.GetFileSystemEntries) : [];

    /// <summary>Options for a private server in this folder, whatever the environment names.</summary>
    public PostgresOptions Options => new() { ExternalConnectionString = null, TempFolder = Path };

    /// <summary>Waits until all leftovers are gone, by the file system's notice.</summary>
    public async Task BecomesEmptyAsync(TimeSpan limit)
    {
        var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(Registry) { EnableRaisingEvents = true };
        watcher.Deleted += (_, _) => changed.Release();
        using var timeout = new CancellationTokenSource(limit);
        while (Leftovers.Any())
            await changed.WaitAsync(timeout.Token);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
