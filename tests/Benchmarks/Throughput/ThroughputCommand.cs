using System.CommandLine;
using Benchmarks.Measuring;
using Benchmarks.Servers;

namespace Benchmarks.Throughput;

/// <summary><c>throughput</c>: rows a second beside psql's COPY of the same rows into the same indexed tables.</summary>
static class ThroughputCommand
{
    public const string EndToEnd = "end-to-end";
    static readonly string[] Names = ["source", "direct", "lanes", "staged", "batches", EndToEnd];

    public static Command Create()
    {
        var rows = new Option<long>("--rows")
        {
            Description = "Rows to move in each measurement; those of the write path are held in memory.",
            DefaultValueFactory = _ => 200_000,
        };
        var rounds = BenchOptions.Rounds();
        var only = new Option<string[]>("--only")
        {
            Description = $"Parts to measure: {string.Join(", ", Names)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong(Names);
        var command = new Command("throughput", "The write path and the whole way, beside one stream of psql's COPY.")
        {
            rows, rounds, only,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(rows), parsed.GetValue(rounds), parsed.GetValue(only) is { Length: > 0 } some ? some : Names,
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(long rows, int rounds, string[] only, CancellationToken cancellationToken)
    {
        await using var server = await TargetServer.StartAsync(cancellationToken);
        var series = new List<Series>();
        if (only.Any(o => o != EndToEnd))
        {
            await using var writing = await WritePathBenchmark.StartAsync(server, rows, cancellationToken);
            var parts = writing.Parts.Where(p => only.Contains(p.Name, StringComparer.Ordinal)).ToList();
            series.AddRange(await Rounds.MeasureAsync(parts, rounds, cancellationToken));
        }
        if (only.Contains(EndToEnd, StringComparer.Ordinal))
        {
            using var whole = await WholeRun.StartAsync(
                server, "bench_end_to_end", WholeRun.Assessments(rows), cancellationToken);
            var part = await new EndToEndBenchmark(server, whole).PrepareAsync(cancellationToken);
            series.AddRange(await Rounds.MeasureAsync([part], rounds, cancellationToken));
        }
        Results.Publish("throughput", Machine.Of(server.Version), new { rows, rounds, only }, series, "psql's COPY");
        return 0;
    }
}
