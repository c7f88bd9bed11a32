using Benchmarks.Measuring;
using LocalSqlServer.SchoolDatabase;
using Migrate.Demo;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Starting;

namespace Benchmarks.Servers;

/// <summary>One legacy database, moved as a whole again and again into a fresh target: a start by HTTP, SqlClient over TDS,
/// orchestrations on the local runtime, COPY, the account.</summary>
sealed class WholeRun : IDisposable
{
    const int SlowestRowsPerSecond = 2_000;

    // As in the demonstration: one other row, student or enrollment, for every 25 assessment results.
    const int ResultsForEachOther = 25;

    readonly TargetServer _server;
    readonly LegacyServer _legacy;
    readonly string _database;
    readonly TimeSpan _limit;

    WholeRun(TargetServer server, LegacyServer legacy, string database, long rows)
    {
        (_server, _legacy, _database) = (server, legacy, database);
        _limit = TimeSpan.FromSeconds(300 + rows / SlowestRowsPerSecond);
    }

    /// <summary>Where the last run has written.</summary>
    public SampleTarget? Target { get; private set; }

    public static SchoolOptions Assessments(
        long rows, int districts = 3, DistrictSizes sizes = DistrictSizes.Falling) =>
        new(Rows: rows / ResultsForEachOther, Districts: districts, Assessments: rows, Sizes: sizes);

    public static async Task<WholeRun> StartAsync(
        TargetServer server, string database, SchoolOptions legacy, CancellationToken cancellationToken) =>
        new(server, await LegacyServer.StartAsync(legacy, cancellationToken), database, legacy.Rows + legacy.Assessments);

    public Task<CpuMeter> MeterAsync(CancellationToken cancellationToken) =>
        CpuMeter.StartAsync(Target!.Admin, _legacy.ProcessId, cancellationToken);

    /// <summary>Moves everything; its time is that of the run itself, from the request to the verdict.</summary>
    public async Task<(Sample Sample, MigrationStatus Run)> MoveAsync(
        MigrationOptionOverrides options, CancellationToken cancellationToken)
    {
        Target = await _server.CreateTargetAsync(_database, cancellationToken);
        var meter = await MeterAsync(cancellationToken);
        await using var service = await MigrationService.StartAsync(_legacy.ConnectionString, Target, cancellationToken);
        GC.Collect();
        var cpu = meter.Read();
        var run = await service.RunAsync(
            new StartRequest
            {
                Manifest = "school-district",
                Mode = RunMode.Full,
                Options = options with { RejectLimit = 1_000_000 },
            }, _limit, null, cancellationToken);
        var used = meter.Read() - cpu;
        return (new Sample(run.RowsWritten, 0, (run.FinishedAt!.Value - run.RequestedAt).TotalSeconds, used), run);
    }

    public void Dispose() => _legacy.Dispose();
}
