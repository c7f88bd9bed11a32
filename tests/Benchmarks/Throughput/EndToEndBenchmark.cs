using Benchmarks.Measuring;
using Benchmarks.Servers;
using MigrationFunctions.Core.Manifests;

namespace Benchmarks.Throughput;

/// <summary>The whole way, beside psql's COPY of the rows that it has moved, table after table. The stand-in for SQL Server
/// generates its rows on the same cores, in a process of its own.</summary>
sealed class EndToEndBenchmark(TargetServer server, WholeRun whole)
{
    static readonly string[] Tables =
    [
        "school.district", "school.school", "school.grade_scale", "school.student", "school.enrollment",
        "school.assessment_result",
    ];

    long _rows;
    long _bytes;

    /// <summary>The yardstick copies what a run has moved, so a first run, which also warms up, is not measured.</summary>
    public async Task<Part> PrepareAsync(CancellationToken cancellationToken)
    {
        await MoveAsync(1, cancellationToken);
        return new Part(ThroughputCommand.EndToEnd, new Variant("psql COPY BINARY", ImportAsync),
        [
            .. new[] { 1, 2, 4 }.Select(lanes => new Variant(
                lanes == 1 ? "1 lane" : $"{lanes} lanes", token => MoveAsync(lanes, token))),
        ]);
    }

    async Task<Sample> MoveAsync(int lanes, CancellationToken cancellationToken)
    {
        var (sample, _) = await whole.MoveAsync(
            new MigrationOptionOverrides
            {
                // Readers are one more, so that a planner need not wait for a batch; the throttle would move the lanes.
                SourceReaders = lanes + 1,
                TargetWriters = lanes,
                BatchWindow = Math.Max(lanes, 2),
                Throttle = new ThrottleOverrides { Mode = ThrottleMode.Off },
            }, cancellationToken);
        _rows = sample.Rows;
        return sample with { Bytes = _bytes };
    }

    async Task<Sample> ImportAsync(CancellationToken cancellationToken)
    {
        var target = whole.Target!;
        var files = new List<(string Table, string File)>();
        foreach (var table in Tables)
            files.Add((table, await Psql.ExportAsync(target.Admin, table, server.Folder, cancellationToken)));
        _bytes = files.Sum(f => new FileInfo(f.File).Length);
        await TargetServer.ExecuteAsync(
            target.Admin, $"TRUNCATE {string.Join(", ", Tables)}; CHECKPOINT", cancellationToken);
        var meter = await whole.MeterAsync(cancellationToken);
        var cpu = meter.Read();
        var seconds = await Psql.ImportAsync(target.Direct, files, cancellationToken);
        return new Sample(_rows, _bytes, seconds, meter.Read() - cpu);
    }
}
