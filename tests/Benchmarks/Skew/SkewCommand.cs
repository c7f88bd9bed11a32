using System.CommandLine;
using Benchmarks.Measuring;
using Benchmarks.Servers;
using LocalSqlServer.SchoolDatabase;
using MigrationFunctions.Core.Manifests;

namespace Benchmarks.Skew;

/// <summary><c>skew</c>: does one district that holds half of all rows keep the run waiting?</summary>
static class SkewCommand
{
    public static Command Create()
    {
        var rows = new Option<long>("--rows")
        {
            Description = "Assessment results in all.", DefaultValueFactory = _ => 400_000,
        };
        var districts = new Option<int>("--districts")
        {
            Description = "Districts: a large one and small ones.", DefaultValueFactory = _ => 201,
        };
        var rounds = BenchOptions.Rounds();
        var command = new Command("skew", "One district with half of all rows, beside as many rows in districts all alike.")
        {
            rows, districts, rounds,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(rows), parsed.GetValue(districts), parsed.GetValue(rounds), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(long rows, int districts, int rounds, CancellationToken cancellationToken)
    {
        await using var server = await TargetServer.StartAsync(cancellationToken);
        using var even = await WholeRun.StartAsync(
            server, "bench_even", WholeRun.Assessments(rows, districts, DistrictSizes.Even), cancellationToken);
        using var skewed = await WholeRun.StartAsync(
            server, "bench_skewed", WholeRun.Assessments(rows, districts, DistrictSizes.HalfInOne), cancellationToken);
        await MoveAsync(even, cancellationToken);
        var part = new Part($"{districts} districts", new Variant("all alike", token => MoveAsync(even, token)),
            [new Variant("half of all rows in one", token => MoveAsync(skewed, token))]);
        var series = await Rounds.MeasureAsync([part], rounds, cancellationToken);
        Results.Publish("skew", Machine.Of(server.Version), new { rows, districts, rounds }, series, "districts all alike");
        return 0;
    }

    static async Task<Sample> MoveAsync(WholeRun run, CancellationToken cancellationToken) =>
        (await run.MoveAsync(new MigrationOptionOverrides(), cancellationToken)).Sample;
}
