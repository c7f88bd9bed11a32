using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Scenarios.Tests.Scripts;

/// <summary>A script of the pipelines as a process, as an agent of Azure Pipelines runs it. It never outlives the test.</summary>
sealed class PipelineScript : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly Dictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);
    readonly Task _reading;

    PipelineScript(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What it wrote so far, standard output and standard error together.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <param name="key">The function key, as pipelines hand it over.</param>
    public static PipelineScript Run(
        string name, IEnumerable<string> arguments, string? key = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Root(), "infra", "pipelines", "scripts", name), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["MIGRATE_CLI"] = Path.Combine(AppContext.BaseDirectory, "migrate.dll");
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["MIGRATION_KEY"] = key;
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return new PipelineScript(Process.Start(start)!);
    }

    /// <summary>Waits until a line contains a text.</summary>
    public Task SaysAsync(string text)
    {
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
                return Task.CompletedTask;
            return (_awaited[text] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(Limit);
        }
    }

    /// <summary>SIGTERM to the script alone, not to what it started.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _reading.WaitAsync(Limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (_output)
            {
                _output.AppendLine(CultureInfo.InvariantCulture, $"{line}");
                foreach (var (text, awaited) in _awaited)
                    if (line.Contains(text, StringComparison.Ordinal))
                        awaited.TrySetResult();
            }
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
