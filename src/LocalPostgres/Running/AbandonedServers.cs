using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using LocalPostgres.Finding;

namespace LocalPostgres.Running;

/// <summary>
/// Stops and removes private servers that no running process owns, and what is left of one that has just stopped.
/// </summary>
static class AbandonedServers
{
    /// <summary>
    /// Cleans up all that can be cleaned up. What cannot is said in the log and left for the next start.
    /// </summary>
    /// <param name="binaries">Any installation; null: clusters are left alone, containers are removed.</param>
    public static async Task SweepAsync(
        string registry, PostgresBinaries? binaries, Action<string>? log, CancellationToken ct)
    {
        foreach (var lease in ServerLease.TakeAbandoned(registry))
            using (lease)
                await CleanUpAsync(lease, binaries, log, ct);
    }

    /// <summary>
    /// Stops the server of this lease if it runs, and removes folder and marker. Never throws for what it could not do.
    /// </summary>
    public static async Task CleanUpAsync(
        ServerLease lease, PostgresBinaries? binaries, Action<string>? log, CancellationToken ct)
    {
        try
        {
            if (await StopAsync(lease, binaries, ct) is { Succeeded: false } failure)
                log?.Invoke($"{lease.Folder}: the server does not stop and stays for the next start: {failure.Said}");
            else
                lease.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log?.Invoke($"{lease.Folder}: could not be removed and stays for the next start: {e.Message}");
        }
        finally
        {
            lease.Dispose();
        }
    }

    static async Task<CommandResult?> StopAsync(ServerLease lease, PostgresBinaries? binaries, CancellationToken ct)
    {
        if (lease.Kind == LeaseKind.Container)
            return await Command.RunAsync(DockerContainer.StopCommand(lease), null, ct);
        if (!IsServed(PrivateCluster.DataFolderOf(lease)))
            return null;
        return binaries is null
            ? new(1, "", "no installed pg_ctl")
            : await Command.RunAsync(PrivateCluster.StopCommand(lease, binaries), Path.GetPathRoot(lease.Folder), ct);
    }

    /// <summary>
    /// Whether the process that postmaster.pid names (line 1) is the PostgreSQL that started when it says (line 3, in
    /// seconds since 1970). The file outlives a crash of the machine, after which the number may be anyone's.
    /// </summary>
    static bool IsServed(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "postmaster.pid");
        try
        {
            var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
            if (lines.Length < 3
                || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || !long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return false;
            using var process = Process.GetProcessById(id);
            var difference =
                process.StartTime.ToUniversalTime() - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
                && difference.Duration() < TimeSpan.FromMinutes(1);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
