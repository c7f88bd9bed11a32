using System.CommandLine;
using System.Globalization;
using Benchmarks.Measuring;
using Benchmarks.Servers;

namespace Benchmarks.History;

/// <summary><c>history</c>: what a batch costs beside its rows must not grow with their number, nor any history.</summary>
static class HistoryCommand
{
    const string Runtime = "runtime";
    const string Whole = "whole";
    const int SlowestBatchesPerSecond = 20;

    public static Command Create()
    {
        var sizes = new Option<int[]>("--batches")
        {
            Description = "Batches of each run.",
            DefaultValueFactory = _ => [500, 5_000, 50_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var batchSize = new Option<int>("--batch-size")
        {
            Description = "Rows in a batch of the whole run.", DefaultValueFactory = _ => 5,
        };
        var rounds = BenchOptions.Rounds(1);
        var only = new Option<string[]>("--only")
        {
            Description = $"{Runtime}: the app's orchestrator over empty activities. {Whole}: real batches of a few rows.",
            DefaultValueFactory = _ => [Runtime, Whole],
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong(Runtime, Whole);
        var command = new Command("history", "Cost of a batch and length of histories, of few batches and of many.")
        {
            sizes, batchSize, rounds, only,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(sizes)!, parsed.GetValue(batchSize), parsed.GetValue(rounds), parsed.GetValue(only)!,
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        int[] sizes, int batchSize, int rounds, string[] only, CancellationToken cancellationToken)
    {
        await using var server = await TargetServer.StartAsync(cancellationToken);
        var measured = new List<(string Part, int Size, HistoryFigures Figures)>();
        // The first run of each kind warms up.
        foreach (var part in only)
            await MeasureAsync(part, Math.Min(sizes[0], 500));
        for (var round = 1; round <= rounds; round++)
            foreach (var part in only)
                foreach (var size in sizes)
                {
                    var figures = await MeasureAsync(part, size);
                    measured.Add((part, size, figures));
                    await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                        $"round {round}  {part}  {size:N0} batches  {figures.Seconds:F1} s  {figures.MillisecondsPerBatch:F2} ms"
                        + $" for each  longest history {figures.MostEvents} events"));
                }
        Print(measured, batchSize);
        Results.Write("history", Machine.Of(server.Version), measured.Select(m => new { m.Part, m.Size, m.Figures }));
        return 0;

        Task<HistoryFigures> MeasureAsync(string part, int size)
        {
            var limit = TimeSpan.FromSeconds(300 + size / SlowestBatchesPerSecond);
            return part == Runtime
                ? EmptyRun.MeasureAsync(size, limit, cancellationToken)
                : RealRun.MeasureAsync(server, size, batchSize, limit, cancellationToken);
        }
    }

    static void Print(List<(string Part, int Size, HistoryFigures Figures)> measured, int batchSize)
    {
        var table = new TextTable(
            "part", "what", "batches", "ms/batch", "CPU ms/batch", "ratio", "most events", "progress ms");
        foreach (var part in measured.GroupBy(m => m.Part))
        {
            var first = part.GroupBy(m => m.Size).First().Select(m => m.Figures.MillisecondsPerBatch);
            foreach (var size in part.GroupBy(m => m.Size))
            {
                var figures = size.Select(s => s.Figures).ToList();
                var perBatch = Statistics.Median(figures.Select(f => f.MillisecondsPerBatch));
                table.Add(
                    part.Key, part.Key == Runtime ? "empty activities" : $"real batches of {batchSize} rows",
                    Results.Whole(figures[0].Batches), Results.Two(perBatch),
                    Results.Two(Statistics.Median(figures.Select(f => f.CpuMillisecondsPerBatch))),
                    Results.Two(perBatch / Statistics.Median(first)), Results.Whole(figures.Max(f => f.MostEvents)),
                    Results.One(figures[0].ProgressMilliseconds));
            }
        }
        Console.Out.WriteLine("history: wall clock and CPU of this process and PostgreSQL for a batch; ratio to the fewest "
            + "batches; the ledger's answer on the run's progress");
        table.Print(Console.Out);
    }
}
