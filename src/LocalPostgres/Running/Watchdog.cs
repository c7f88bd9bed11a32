using System.Collections.Concurrent;
using System.Diagnostics;

namespace LocalPostgres.Running;

/// <summary>
/// Ends a private server with its owner. A small shell, no child of the owner any more, reads from a pipe that only the
/// owner holds open; when the owner closes it or ends, even by SIGKILL, the shell stops the server and removes folder
/// and marker. Windows has none: there the next start cleans up.
/// </summary>
sealed class Watchdog : IAsyncDisposable
{
    /// <summary>
    /// $1 folder, $2 marker, then the command that stops the server. It runs in the background and the shell that
    /// started it ends, so that neither a key press on the terminal nor the end of a process tree takes it along.
    /// </summary>
    const string Script = """
        exec 3<&0
        (
          trap '' HUP INT TERM
          folder=$1 marker=$2
          shift 2
          read -r _ <&3
          "$@" </dev/null >/dev/null 2>&1
          rm -rf "$folder" && rm -f "$marker"
        ) &
        """;

    /// <summary>Longer than pg_ctl waits for a server that was told to stop.</summary>
    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Holds the watchdogs of this process against the garbage collector, which would close their pipes.
    /// </summary>
    static readonly ConcurrentDictionary<Watchdog, bool> OnDuty = new();

    readonly Process _shell;

    Watchdog(Process shell)
    {
        _shell = shell;
        OnDuty[this] = true;
    }

    /// <summary>Starts the watchdog, or returns null on Windows.</summary>
    public static Watchdog? Start(ServerLease lease, IReadOnlyList<string> stop)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var shell = Process.Start(Command.Describe(
            ["/bin/sh", "-c", Script, "local-postgres-watchdog", lease.Folder, lease.MarkerPath, .. stop],
            Path.GetPathRoot(lease.Folder)))!;
        shell.StandardError.Close();
        return new(shell);
    }

    /// <summary>Has the watchdog do its work now, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        try
        {
            await _shell.StandardOutput.ReadToEndAsync(CancellationToken.None).WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            // The caller stops and removes what is left, and says so if it cannot.
        }
        _shell.Dispose();
        OnDuty.TryRemove(this, out _);
    }
}
