using System.Diagnostics;
using Benchmarks.Measuring;
using Benchmarks.Servers;
using Migrate.Demo;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.SqlServer;

namespace Benchmarks.Throughput;

/// <summary>The write path alone: rows in memory, one tenant, ledger, counts and digest on.</summary>
sealed class WritePathBenchmark : IAsyncDisposable
{
    const int DefaultBatchSize = 20_000;
    const int Step = 1_000;
    const string Entity = "assessment_result";
    const string Table = "school.assessment_result";

    // What the measured rows refer to: few beside them, moved once.
    static readonly string[] Parents = ["district", "school", "grade_scale", "student"];

    readonly TargetServer _server;
    readonly SampleTarget _target;
    readonly LegacyServer _legacy;
    readonly PostgresConnections _connections;
    readonly SqlServerConnections _sourceConnections;
    readonly RecordedSource _source;
    readonly Manifest _manifest;
    readonly CpuMeter _cpu;
    Tenant _tenant = null!;
    string _file = "";
    long _written;
    long _bytes;

    WritePathBenchmark(TargetServer server, SampleTarget target, LegacyServer legacy, CpuMeter cpu)
    {
        (_server, _target, _legacy, _cpu) = (server, target, legacy, cpu);
        _connections = new PostgresConnections("bench", target.Writer, target.Direct);
        _sourceConnections = new SqlServerConnections(legacy.ConnectionString);
        _source = new RecordedSource(new SqlServerSource(_sourceConnections, 600));
        _manifest = new ManifestCatalog(Path.Combine(AppContext.BaseDirectory, "manifests")).Find("school-district").Manifest!;
    }

    /// <summary>Starts a source and a target, reads the rows into memory and moves their parents.</summary>
    public static async Task<WritePathBenchmark> StartAsync(
        TargetServer server, long rows, CancellationToken cancellationToken)
    {
        var legacy = await LegacyServer.StartAsync(
            WholeRun.Assessments(rows, districts: 1), cancellationToken);
        var target = await server.CreateTargetAsync("bench_write_path", cancellationToken);
        var bench = new WritePathBenchmark(
            server, target, legacy, await CpuMeter.StartAsync(target.Admin, null, cancellationToken));
        await bench.PrepareAsync(cancellationToken);
        return bench;
    }

    public IReadOnlyList<Part> Parts =>
    [
        new("source", null,
        [
            new Variant("rows in memory, read", Timed(Read)),
            new Variant("read, mapped, digested", Timed(Map)),
        ]),
        new("direct", Yardstick, [Copy("1 lane"), Copy("1 lane, no digest", withDigest: false)]),
        new("lanes", Yardstick, [Copy("2 lanes", lanes: 2), Copy("4 lanes", lanes: 4)]),
        new("staged", Yardstick,
        [
            Copy("1 lane", path: WritePath.Staged),
            Copy("1 lane, no digest", path: WritePath.Staged, withDigest: false),
            Copy("2 lanes", path: WritePath.Staged, lanes: 2),
            Copy("4 lanes", path: WritePath.Staged, lanes: 4),
        ]),
        new("batches", Yardstick,
        [
            .. new[] { 1_000, 5_000, 50_000, 100_000 }.Select(size =>
                Copy($"1 lane, batches of {Results.Whole(size)}", batchSize: size)),
        ]),
    ];

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync();
        _legacy.Dispose();
    }

    Variant Yardstick => new("psql COPY BINARY", async cancellationToken =>
    {
        await EmptyAsync(cancellationToken);
        return await MeasureAsync(() => Psql.ImportAsync(_target.Direct, [(Table, _file)], cancellationToken));
    });

    Variant Copy(
        string name, WritePath path = WritePath.Direct, int batchSize = DefaultBatchSize, int lanes = 1,
        bool withDigest = true) =>
        new(name, async cancellationToken =>
        {
            await EmptyAsync(cancellationToken);
            var batches = await PlanAsync(Entity, path, batchSize, cancellationToken);
            return await MeasureAsync(() => CopyAsync(
                batches.ConvertAll(b => b with { WithDigest = withDigest }), lanes, cancellationToken));
        });

    Func<CancellationToken, Task<Sample>> Timed(Func<CancellationToken, Task> work) => _ => MeasureAsync(() => work(_));

    async Task<Sample> MeasureAsync(Func<Task> work)
    {
        GC.Collect();
        var cpu = _cpu.Read();
        var clock = Stopwatch.StartNew();
        await work();
        var seconds = clock.Elapsed.TotalSeconds;
        return new Sample(_written, _bytes, seconds, _cpu.Read() - cpu);
    }

    async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await new MigrationSchema(_connections).EnsureAsync(cancellationToken);
        _tenant = (await _source.ReadTenantsAsync(_manifest, cancellationToken))[0];
        foreach (var parent in Parents)
            await CopyAsync(await PlanAsync(parent, WritePath.Auto, DefaultBatchSize, cancellationToken), 1, cancellationToken);
        var planned = await LayoutAsync(Entity, WritePath.Auto, cancellationToken);
        await _source.RecordAsync(
            planned.Entity.SliceOf(_tenant.Key),
            planned.Entity.Layout.Selection, Step, cancellationToken);
        var results = await CopyAsync(
            await PlanAsync(Entity, WritePath.Auto, DefaultBatchSize, cancellationToken), 1, cancellationToken);
        (_written, _bytes) = (results.Sum(r => r.RowsWritten), results.Sum(r => r.BytesWritten));
        _file = await Psql.ExportAsync(_target.Admin, Table, _server.Folder, cancellationToken);
    }

    async Task<BatchWork> LayoutAsync(string entity, WritePath path, CancellationToken cancellationToken)
    {
        var run = new RunContext("bench", _manifest, RunMode.Full, _manifest.Options with { WritePath = path }, null, null);
        var planned = await new EntityLayouts(_source).GetAsync(run, entity, new PostgresTarget(_connections), cancellationToken);
        return new BatchWork(run, _tenant, planned, 0);
    }

    async Task<List<BatchWork>> PlanAsync(
        string entity, WritePath path, int batchSize, CancellationToken cancellationToken)
    {
        var work = await LayoutAsync(entity, path, cancellationToken);
        var batches = await _source.PlanAsync(
            work.SourceSlice, new SlicePosition(0, null), batchSize, int.MaxValue, cancellationToken);
        await new PostgresLedger(_connections).PlanAsync(work.Slice, batches, cancellationToken);
        return [.. batches.Select(b => work with { Number = b.Number })];
    }

    async Task<IReadOnlyCollection<BatchResult>> CopyAsync(
        List<BatchWork> batches, int lanes, CancellationToken cancellationToken)
    {
        var copier = new BatchCopier(_source, new PostgresTarget(_connections));
        var results = new BatchResult[batches.Count];
        await Patience.WaitAsync(
            token => Parallel.ForEachAsync(
                batches.Index(), new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = token },
                async (batch, stop) => results[batch.Index] = await copier.CopyAsync(batch.Item, stop)),
            Psql.Limit, $"{batches.Count} batches to be copied by {lanes} lanes", cancellationToken);
        return results;
    }

    Task Read(CancellationToken cancellationToken) => Task.Run(async () =>
    {
        var work = await LayoutAsync(Entity, WritePath.Auto, cancellationToken);
        using var rows = _source.ReadAll(work.SourceSlice);
        var nulls = 0L;
        while (rows.Read())
            for (var i = 0; i < rows.FieldCount; i++)
                nulls += rows.IsDBNull(i) ? 1 : 0;
        return nulls;
    }, cancellationToken);

    Task Map(CancellationToken cancellationToken) => Task.Run(async () =>
    {
        var work = await LayoutAsync(Entity, WritePath.Auto, cancellationToken);
        using var rows = _source.ReadAll(work.SourceSlice);
        using var buffer = new TupleBuffer();
        var encoder = new RowEncoder(work.Layout, _tenant, _manifest.IdNamespace);
        var digest = new BatchDigest();
        while (rows.Read())
        {
            if (encoder.Encode(rows, buffer) == RowOutcome.Written)
                digest.Add(buffer.LastRow);
            buffer.Reset();
        }
        return digest.Value;
    }, cancellationToken);

    Task EmptyAsync(CancellationToken cancellationToken) => TargetServer.ExecuteAsync(_target.Admin,
        $"""
        TRUNCATE {Table} CASCADE; DELETE FROM migration.batch_state WHERE entity = '{Entity}';
        DELETE FROM migration.entity_state WHERE entity = '{Entity}'; DELETE FROM migration.rejected_row; CHECKPOINT
        """, cancellationToken);
}
