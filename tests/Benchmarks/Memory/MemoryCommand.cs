using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Benchmarks.Measuring;
using LocalPostgres;

namespace Benchmarks.Memory;

/// <summary><c>memory</c>: a whole demonstration in a process of its own, at two sizes: peak memory and time for a row must
/// not grow with the rows.</summary>
static class MemoryCommand
{
    const int SlowestRowsPerSecond = 2_000;

    public static Command Create()
    {
        var rows = new Option<long[]>("--rows")
        {
            Description = "Assessment results of each demonstration.",
            DefaultValueFactory = _ => [500_000, 5_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = BenchOptions.Rounds(3);
        var command = new Command("memory", "Peak memory and time for a row, of few rows and of many.") { rows, rounds };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(rows)!, parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(long[] sizes, int rounds, CancellationToken cancellationToken)
    {
        var measured = sizes.ToDictionary(s => s, _ => new List<Demo>());
        for (var round = 1; round <= rounds; round++)
            foreach (var size in sizes)
            {
                var demo = await DemonstrateAsync(size, cancellationToken);
                measured[size].Add(demo);
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}  {size:N0} rows  {demo.Seconds:F1} s  {demo.PeakMemoryMb} MB"));
            }
        Print(sizes, measured);
        await using var server = await PostgresServer.StartAsync(null, cancellationToken);
        Results.Write("memory", Machine.Of(server.Version), measured.Select(m => new { rows = m.Key, rounds = m.Value }));
        return 0;
    }

    static void Print(long[] sizes, Dictionary<long, List<Demo>> measured)
    {
        var table = new TextTable("rows", "", "peak MB, most", "seconds", "us for a row", "ratio");
        var first = MicrosecondsForARow(measured[sizes[0]]);
        foreach (var size in sizes)
        {
            var perRow = MicrosecondsForARow(measured[size]);
            table.Add(Results.Whole(size), "", Results.Whole(measured[size].Max(d => d.PeakMemoryMb)),
                Results.One(Statistics.Median(measured[size].Select(d => d.Seconds))), Results.Two(perRow),
                Results.Two(perRow / first));
        }
        Console.Out.WriteLine("memory: working set of the whole demonstration, stand-in included; medians of time, "
            + "ratio to the first size");
        table.Print(Console.Out);
    }

    static double MicrosecondsForARow(List<Demo> demos) => Statistics.Median(demos.Select(d => d.Seconds * 1e6 / d.RowsRead));

    static async Task<Demo> DemonstrateAsync(long rows, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(300 + rows / SlowestRowsPerSecond);
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "migrate.dll"), "demo", "--scenario", "assessments", "--json", "--rows",
            rows.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var last = "";
        process.ErrorDataReceived += (_, line) => last = line.Data ?? last;
        process.BeginErrorReadLine();
        try
        {
            var output = await Patience.WaitAsync(
                process.StandardOutput.ReadToEndAsync, limit, $"a demonstration of {rows} rows to end",
                _ => Task.FromResult($"It last said: {last}"), cancellationToken);
            await Patience.WaitAsync(
                process.WaitForExitAsync, TimeSpan.FromSeconds(30), "the demonstration's process to end", cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<Demo>(output, JsonSerializerOptions.Web)!
                : throw new InvalidOperationException($"The demonstration ended with {process.ExitCode}: {last}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What <c>demo --json</c> tells, as far as it matters here.</summary>
    sealed record Demo(string Status, long RowsRead, long RowsWritten, double Seconds, long PeakMemoryMb);
}
