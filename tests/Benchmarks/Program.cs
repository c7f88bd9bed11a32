using System.CommandLine;
using Benchmarks;

var rows = new Option<int>("--rows") { Description = "Rows to move in each measurement.", DefaultValueFactory = _ => 200_000 };
var rounds = new Option<int>("--rounds") { Description = "Rounds; the best of each side counts.", DefaultValueFactory = _ => 3 };
var root = new RootCommand("Measures the migration beside psql's COPY of the same rows into the same indexed tables, in one run.")
{
    rows, rounds,
};
root.SetAction(async (parsed, cancellationToken) =>
{
    await using var bench = await Bench.StartAsync(cancellationToken);
    var lines = new List<Measurement>();
    lines.AddRange(await WritePathBenchmark.MeasureAsync(bench, parsed.GetValue(rows), parsed.GetValue(rounds), cancellationToken));
    lines.Add(await EndToEndBenchmark.MeasureAsync(bench, parsed.GetValue(rows), parsed.GetValue(rounds), cancellationToken));
    Report.Print(lines);
    return 0;
});
return await root.Parse(args).InvokeAsync();
