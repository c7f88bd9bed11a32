using System.Diagnostics;
using System.Globalization;
using Benchmarks.Measuring;
using Benchmarks.Servers;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Scripts;

namespace Benchmarks.History;

/// <summary>A whole run whose batches hold a few rows each, so that what a batch costs beside its rows is nearly all there
/// is: activities, slots, ledger, a transaction, a query of the source.</summary>
static class RealRun
{
    public static async Task<HistoryFigures> MeasureAsync(
        TargetServer server, int batches, int batchSize, TimeSpan limit, CancellationToken cancellationToken)
    {
        var rows = (long)batches * batchSize;
        using var legacy = await LegacyServer.StartAsync(WholeRun.Assessments(rows, districts: 2), cancellationToken);
        var target = await server.CreateTargetAsync("bench_history", cancellationToken);
        var meter = await CpuMeter.StartAsync(target.Admin, legacy.ProcessId, cancellationToken);
        await using var service = await MigrationService.StartAsync(legacy.ConnectionString, target, cancellationToken);
        using var watch = new HistoryWatch(service.HubFolder);
        var cpu = meter.Read();
        var run = await service.RunAsync(
            new StartRequest
            {
                Manifest = "school-district",
                Mode = RunMode.Full,
                Options = new MigrationOptionOverrides { BatchSize = batchSize, RejectLimit = 1_000_000 },
            }, limit, Progress(batches), cancellationToken);
        var used = meter.Read() - cpu;
        return new HistoryFigures(
            run.Tenants.Sum(t => t.Entities.Sum(e => e.Batches)), (run.FinishedAt!.Value - run.RequestedAt).TotalSeconds,
            used, watch.Most, await AskProgressAsync(target.Writer, run.RunId, cancellationToken));
    }

    static async Task<double> AskProgressAsync(string writer, string runId, CancellationToken cancellationToken)
    {
        await using var connections = new PostgresConnections("bench", writer, null);
        var runs = new PostgresRunStore(connections, new MigrationSchema(connections));
        var milliseconds = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var clock = Stopwatch.StartNew();
            await runs.GetProgressAsync(runId, cancellationToken);
            milliseconds.Add(clock.Elapsed.TotalMilliseconds);
        }
        return Statistics.Median(milliseconds.Skip(1));
    }

    static Action<MigrationStatus> Progress(int batches)
    {
        var told = 0;
        return run =>
        {
            var done = run.Tenants.Sum(t => t.Entities.Sum(e => e.BatchesDone));
            if (done < told + batches / 10)
                return;
            told = done;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {done:N0} of about {batches:N0} batches"));
        };
    }
}
