using System.Diagnostics;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.PostgreSql;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace Benchmarks;

/// <summary>The write path alone: students in memory, ledger, digest and counts on, one lane.</summary>
static class WritePathBenchmark
{
    const int BatchSize = 20_000;

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        Bench bench, int rows, int rounds, CancellationToken cancellationToken)
    {
        var target = await bench.CreateTargetAsync("bench_write_path", cancellationToken);
        var legacy = Legacy.With(students: 0);
        for (var i = 1L; i <= rows; i++)
            legacy.AddStudent(1, i, ("SchoolID", (int)(i % 3) + 1));
        await using var connections = new PostgresConnections("bench", target.Writer, target.Direct);
        await new MigrationSchema(connections).EnsureAsync(cancellationToken);
        await CopyAsync(await PlanAsync(legacy, connections, "school", WritePath.Auto, cancellationToken), legacy, connections, cancellationToken);

        var measurements = new List<Measurement>();
        string? file = null;
        foreach (var path in new[] { WritePath.Direct, WritePath.Staged })
        {
            var batches = await PlanAsync(legacy, connections, "student", path, cancellationToken);
            var (ours, psql) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < rounds; round++)
            {
                await EmptyAsync(target.Admin, cancellationToken);
                var clock = Stopwatch.StartNew();
                await CopyAsync(batches, legacy, connections, cancellationToken);
                ours = Math.Min(ours, clock.Elapsed.TotalSeconds);
                file ??= await bench.ExportAsync(target.Admin, "school.student", cancellationToken);
                await EmptyAsync(target.Admin, cancellationToken);
                psql = Math.Min(psql, await Bench.ImportAsync(target.Direct, [("school.student", file)], cancellationToken));
            }
            measurements.Add(new Measurement($"write path alone, {path}", rows, ours, psql));
        }
        return measurements;
    }

    static async Task<List<BatchWork>> PlanAsync(
        Legacy legacy, PostgresConnections connections, string entity, WritePath path, CancellationToken cancellationToken)
    {
        var manifest = new ManifestCatalog(Path.Combine(AppContext.BaseDirectory, "manifests")).Find("school-district").Manifest!;
        var run = new RunContext("bench", manifest, RunMode.Full, manifest.Options with { WritePath = path }, null, null);
        var planned = await new EntityLayouts(legacy.Source).GetAsync(run, entity, new PostgresTarget(connections), cancellationToken);
        var tenant = new Tenant(Legacy.District, DeterministicId.Tenant(manifest.IdNamespace, Legacy.District), null);
        var slice = new SourceSlice(planned.Layout.Entity, planned.SourceTable, tenant.Key);
        var batches = await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), BatchSize, int.MaxValue, cancellationToken);
        await new PostgresLedger(connections).PlanAsync(run.Slice(tenant.Id, tenant.Key, entity), batches, true, cancellationToken);
        return [.. batches.Select(b => new BatchWork(run, tenant, planned, b.Number))];
    }

    static async Task CopyAsync(
        List<BatchWork> batches, Legacy legacy, PostgresConnections connections, CancellationToken cancellationToken)
    {
        var copier = new BatchCopier(legacy.Source, new PostgresTarget(connections));
        foreach (var batch in batches)
            await copier.CopyAsync(batch, cancellationToken);
    }

    static Task EmptyAsync(string admin, CancellationToken cancellationToken) => Bench.ExecuteAsync(admin,
        "TRUNCATE school.student CASCADE; UPDATE migration.batch_state SET state = 'planned' WHERE entity = 'student'; CHECKPOINT",
        cancellationToken);
}
