using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scenarios.Tests.Harness;

/// <summary><c>migrate</c> as a process of its own, which may be ended by SIGKILL. It never outlives the tests:
/// disposing ends it, and where the tests' process itself is killed, a watchdog does.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>What the shell reports of a process that SIGKILL has ended: 128 + 9.</summary>
    public const int Killed = 137;

    // They end what hangs; no healthy machine is as slow.
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    static readonly TimeSpan ExitLimit = TimeSpan.FromMinutes(4);

    readonly Process _process;
    readonly Process? _watchdog;
    readonly ConcurrentQueue<string> _errors = new();
    readonly TaskCompletionSource<string?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _reading;

    ServiceProcess(Process process)
    {
        _process = process;
        _watchdog = Watch(process.Id);
        _reading = ReadErrorsAsync();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Runs a command of <c>migrate</c>.</summary>
    public static ServiceProcess Run(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "migrate.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        // Two short-lived processes on two cores: optimising code that runs once costs more than it gives.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServiceProcess(Process.Start(start)!);
    }

    /// <summary>The address it serves.</summary>
    public async Task<Uri> AddressAsync() =>
        await _address.Task.WaitAsync(StartLimit) is { } address
            ? new Uri(address)
            : throw new InvalidOperationException($"migrate serve ended before it served:\n{Errors}");

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(ExitLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end within {ExitLimit.TotalMinutes} minutes:\n{Errors}");
        }
        await _reading;
        return _process.ExitCode;
    }

    public Task<string> OutputAsync() => _process.StandardOutput.ReadToEndAsync();

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _watchdog?.Kill();
        _watchdog?.Dispose();
        await _reading;
        _process.Dispose();
    }

    async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Enqueue(line);
            if (Serving().Match(line) is { Success: true } match)
                _address.TrySetResult(match.Groups["url"].Value);
        }
        _address.TrySetResult(null);
    }

    // The pipe closes when this process ends, however it ends.
    static Process? Watch(int id) => OperatingSystem.IsWindows() ? null : Process.Start(
        new ProcessStartInfo(
            "/bin/sh", ["-c", "read -r _; kill -9 \"$1\"", "watchdog", id.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
        });

    [GeneratedRegex(@"(?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Serving();
}
