using Benchmarks.Measuring;
using Benchmarks.Servers;
using LocalSqlServer.SchoolDatabase;
using Migrate.Demo;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace Benchmarks.Throughput;

/// <summary>The whole way: a start by HTTP, SqlClient over TDS, orchestrations on the local runtime, COPY, the account. The
/// stand-in for SQL Server generates its rows on the same cores, in a process of its own.</summary>
sealed class EndToEndBenchmark : IDisposable
{
    const string Database = "bench_end_to_end";
    const int SlowestRowsPerSecond = 2_000;
    static readonly string[] Tables =
        ["school.district", "school.school", "school.grade_scale", "school.student", "school.enrollment"];

    readonly TargetServer _server;
    readonly LegacyServer _legacy;
    readonly TimeSpan _limit;
    SampleTarget? _moved;
    long _rows;
    long _bytes;

    EndToEndBenchmark(TargetServer server, LegacyServer legacy, long rows)
    {
        (_server, _legacy) = (server, legacy);
        _limit = TimeSpan.FromSeconds(120 + rows / SlowestRowsPerSecond);
    }

    public static async Task<EndToEndBenchmark> StartAsync(
        TargetServer server, long rows, CancellationToken cancellationToken)
    {
        var legacy = await LegacyServer.StartAsync(new SchoolOptions(Rows: rows), cancellationToken);
        return new EndToEndBenchmark(server, legacy, rows);
    }

    /// <summary>The yardstick copies what a run has moved, so a first run, which also warms up, is not measured.</summary>
    public async Task<Part> PrepareAsync(CancellationToken cancellationToken)
    {
        await MoveAsync(1, cancellationToken);
        return new Part("end to end", new Variant("psql COPY BINARY", ImportAsync),
            [.. new[] { 1, 2, 4 }.Select(lanes => new Variant(lanes == 1 ? "1 lane" : $"{lanes} lanes", token => MoveAsync(lanes, token)))]);
    }

    public void Dispose() => _legacy.Dispose();

    async Task<Sample> MoveAsync(int lanes, CancellationToken cancellationToken)
    {
        var target = await _server.CreateTargetAsync(Database, cancellationToken);
        var meter = await CpuMeter.StartAsync(target.Admin, _legacy.ProcessId, cancellationToken);
        await using var service = await MigrationService.StartAsync(_legacy.ConnectionString, target, cancellationToken);
        var request = new StartRequest
        {
            Manifest = "school-district",
            Mode = RunMode.Full,
            Options = new MigrationOptionOverrides { TenantWindow = 1, BatchWindow = lanes },
        };
        GC.Collect();
        var cpu = meter.Read();
        var run = await service.RunAsync(request, _limit, null, cancellationToken);
        var used = meter.Read() - cpu;
        (_moved, _rows) = (target, run.RowsWritten);
        return new Sample(run.RowsWritten, _bytes, (run.FinishedAt!.Value - run.RequestedAt).TotalSeconds, used);
    }

    async Task<Sample> ImportAsync(CancellationToken cancellationToken)
    {
        var target = _moved!;
        var files = new List<(string Table, string File)>();
        foreach (var table in Tables)
            files.Add((table, await Psql.ExportAsync(target.Admin, table, _server.Folder, cancellationToken)));
        _bytes = files.Sum(f => new FileInfo(f.File).Length);
        await TargetServer.ExecuteAsync(
            target.Admin, $"TRUNCATE {string.Join(", ", Tables)}; CHECKPOINT", cancellationToken);
        var meter = await CpuMeter.StartAsync(target.Admin, _legacy.ProcessId, cancellationToken);
        var cpu = meter.Read();
        var seconds = await Psql.ImportAsync(target.Direct, files, cancellationToken);
        return new Sample(_rows, _bytes, seconds, meter.Read() - cpu);
    }
}
