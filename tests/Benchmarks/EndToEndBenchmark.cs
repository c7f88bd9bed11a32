using System.Diagnostics;
using LocalRuntime;
using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Migrate.Client;
using Migrate.Demo;
using Migrate.Hosting;
using Migrate.Watching;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Planning;

namespace Benchmarks;

/// <summary>The whole way: a start by HTTP, SqlClient over TDS, orchestrations on the local runtime, COPY, the account. The
/// stand-in for SQL Server generates its rows on the same two cores, in the same process.</summary>
static class EndToEndBenchmark
{
    static readonly string[] Tables = ["school.district", "school.school", "school.grade_scale", "school.student", "school.enrollment"];

    public static async Task<Measurement> MeasureAsync(Bench bench, int rows, int rounds, CancellationToken cancellationToken)
    {
        await using var legacy = await SqlServerStandIn.StartAsync(
            new StandInOptions { Database = SchoolDatabase.Create(new SchoolOptions(1, rows, 3)) }, cancellationToken);
        var (ours, psql, written) = (double.MaxValue, double.MaxValue, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var target = await bench.CreateTargetAsync("bench_end_to_end", cancellationToken);
            var (seconds, moved) = await RunAsync(legacy, target, cancellationToken);
            (ours, written) = (Math.Min(ours, seconds), moved);
            var files = new List<(string, string)>();
            foreach (var table in Tables)
                files.Add((table, await bench.ExportAsync(target.Admin, table, cancellationToken)));
            await Bench.ExecuteAsync(target.Admin, $"TRUNCATE {string.Join(", ", Tables)}; CHECKPOINT", cancellationToken);
            psql = Math.Min(psql, await Bench.ImportAsync(target.Direct, files, cancellationToken));
        }
        return new Measurement("end to end over SqlClient", written, ours, psql);
    }

    static async Task<(double Seconds, long Written)> RunAsync(
        SqlServerStandIn legacy, SampleTarget target, CancellationToken cancellationToken)
    {
        var hub = Directory.CreateTempSubdirectory("bench-hub-");
        try
        {
            await using var host = LocalHost.Build("http://127.0.0.1:0", hub.FullName, new Dictionary<string, string?>
            {
                ["Migration:SourceConnection"] = legacy.ConnectionString,
                ["Migration:TargetConnection"] = target.Writer,
                ["Migration:DirectConnection"] = target.Direct,
            }, LogLevel.Error);
            await host.StartAsync(cancellationToken);
            var key = host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey;
            using var client = new MigrationClient(
                new ServiceAddress(ServiceAddress.ApiOf(LocalHost.AddressOf(host)), key, TimeSpan.FromSeconds(100)), TimeProvider.System);
            var clock = Stopwatch.StartNew();
            var started = await client.StartAsync(
                new StartRequest { Manifest = "school-district", Mode = RunMode.Full }, cancellationToken);
            while (true)
            {
                var status = (await client.GetRunAsync(started.Value.RunId, cancellationToken)).Value;
                if (status.FinishedAt is { } finished)
                {
                    await host.StopAsync(cancellationToken);
                    return status.IsConserved
                        ? ((finished - status.RequestedAt).TotalSeconds, status.RowsWritten)
                        : throw new InvalidOperationException($"The run ended {status.Status}: {status.Failure}");
                }
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
        finally
        {
            hub.Delete(recursive: true);
        }
    }
}
