using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace LocalPostgres.Running;

/// <summary>What a lease is for.</summary>
enum LeaseKind
{
    Cluster,
    Container,
}

/// <summary>
/// The right to one private server: a folder for it and, beside it, a marker file that its owner keeps locked. The
/// operating system ends the lock with the owner, however it ends; so a marker that can be locked is a server that
/// nobody owns.
/// </summary>
sealed class ServerLease : IDisposable
{
    const string MarkerEnding = ".owner";

    /// <summary>Holds the leases of this process against the garbage collector, which would end the lock.</summary>
    static readonly ConcurrentDictionary<string, ServerLease> Held = new();

    readonly FileStream _marker;

    ServerLease(FileStream marker, LeaseKind kind)
    {
        _marker = marker;
        Kind = kind;
        Held[MarkerPath] = this;
    }

    public LeaseKind Kind { get; }
    public string MarkerPath => _marker.Name;
    public string Folder => MarkerPath[..^MarkerEnding.Length];
    public string ContainerName => $"local-postgres-{Path.GetFileName(Folder)}";

    /// <summary>
    /// Makes the folder that leases of this user stand in, and refuses one that others could have prepared.
    /// </summary>
    public static string OpenRegistry(string tempFolder)
    {
        var registry = Path.GetFullPath(Path.Combine(tempFolder, $"local-postgres-{Environment.UserName}"));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(registry);
            return registry;
        }
        const UnixFileMode passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var folder = Directory.CreateDirectory(registry, passable);
        const UnixFileMode othersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (folder.LinkTarget is not null || (folder.UnixFileMode & othersWrite) != 0)
            throw new PostgresUnavailableException(
                $"{registry} is a link or can be written by other users, so it is not trusted. "
                + "Remove it, or set TMPDIR to a folder of your own.");
        return registry;
    }

    /// <summary>
    /// Takes a fresh lease: first the locked marker, then the folder, so that no folder is without a marker.
    /// </summary>
    public static ServerLease Take(string registry, LeaseKind kind)
    {
        var path = Path.Combine(registry, RandomNumberGenerator.GetHexString(8, lowercase: true) + MarkerEnding);
        var marker = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        using var self = Process.GetCurrentProcess();
        JsonSerializer.Serialize(marker, new Owner(kind.ToString(), self.Id, self.StartTime.ToUniversalTime()));
        marker.Flush(flushToDisk: false);
        var lease = new ServerLease(marker, kind);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(lease.Folder);
        else
            Directory.CreateDirectory(
                lease.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return lease;
    }

    /// <summary>
    /// Takes over the leases whose owner is gone. Each is to be cleaned up and disposed of by the caller.
    /// </summary>
    public static IEnumerable<ServerLease> TakeAbandoned(string registry)
    {
        foreach (var path in Directory.GetFiles(registry, "*" + MarkerEnding))
            if (TryTake(path) is { } lease)
                yield return lease;
    }

    /// <summary>Removes folder and marker and ends the lock. The server must have stopped.</summary>
    public void Remove()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        if (OperatingSystem.IsWindows())
            _marker.Dispose();
        File.Delete(MarkerPath);
        Dispose();
    }

    /// <summary>Ends the lock only: what is left is for the next start to clean up.</summary>
    public void Dispose()
    {
        Held.TryRemove(MarkerPath, out _);
        _marker.Dispose();
    }

    static ServerLease? TryTake(string path)
    {
        FileStream marker;
        try
        {
            marker = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var owner = Read(marker);
        if (owner is not null && Runs(owner))
        {
            marker.Dispose();
            return null;
        }
        return new(marker, owner?.Kind == nameof(LeaseKind.Container) ? LeaseKind.Container : LeaseKind.Cluster);
    }

    /// <summary>An owner that ended before it wrote its name had started nothing yet.</summary>
    static Owner? Read(FileStream marker)
    {
        try
        {
            return JsonSerializer.Deserialize<Owner>(marker);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Where a file system knows no locks, a running owner still protects its server.</summary>
    static bool Runs(Owner owner)
    {
        try
        {
            using var process = Process.GetProcessById(owner.ProcessId);
            return (process.StartTime.ToUniversalTime() - owner.StartedAt).Duration() < TimeSpan.FromSeconds(1);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    sealed record Owner(string Kind, int ProcessId, DateTime StartedAt);
}
