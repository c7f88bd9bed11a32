using CsCheck;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Where a slice's plan ends, and how the next run goes on from there.</summary>
public sealed class SlicePlannerTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task A_next_run_takes_up_what_was_added_behind_the_last_boundary()
    {
        var legacy = Legacy.With(students: 0, schools: 25);
        var first = Run(legacy, batchSize: 10);
        await first.TakeUpAsync("school", count: 2);
        var complete = await first.CompleteAsync("school");
        for (var id = 26; id <= 33; id++)
            legacy.AddSchool(1, id);
        var second = Run(legacy, batchSize: 10);
        var results = await second.TakeUpAsync("school", count: 2);

        Assert.Null(complete);
        Assert.Equal([8L], results.Select(r => r.RowsWritten));
        Assert.Null(await second.CompleteAsync("school"));
        Assert.Equal(33, await CountAsync(second));
        Assert.Empty(await Run(legacy, batchSize: 10).TakeUpAsync("school", count: 2));
    }

    [Fact]
    public async Task An_empty_slice_confirms_itself_and_is_taken_up_once_it_has_rows()
    {
        var legacy = Legacy.With(students: 0, schools: 0);
        var first = Run(legacy, batchSize: 10);
        Assert.Empty(await first.TakeUpAsync("school", count: 2));
        Assert.Null(await first.CompleteAsync("school"));
        legacy.AddSchool(1, 1);
        var second = Run(legacy, batchSize: 10);

        Assert.Single(await second.TakeUpAsync("school", count: 2));
        Assert.Null(await second.CompleteAsync("school"));
    }

    [Fact]
    public async Task Pages_that_come_short_end_nothing_and_every_row_is_moved_once()
    {
        var source = Gen.Select(Gen.Int[0, 60], Gen.Int[1, 9], Gen.Int[1, 5], Gen.Int[1, 5].Array[1, 9]);
        await source.SampleAsync(
            async (rows, batchSize, count, kept) =>
            {
                await Target.ExecuteAsync(
                    "TRUNCATE school.school CASCADE; TRUNCATE migration.batch_state; TRUNCATE migration.entity_state");
                var legacy = Legacy.With(students: 0, schools: rows);
                var asked = 0;
                // At least one batch of those that there are: what comes back empty cannot be told from an end.
                legacy.Source.KeptOfPage = there => Math.Min(there, kept[asked++ % kept.Length]);
                var migration = Run(legacy, batchSize);

                var results = await migration.TakeUpAsync("school", count);

                Assert.Equal(rows, results.Sum(r => r.RowsWritten));
                Assert.Equal((rows + batchSize - 1) / batchSize, results.Count);
                Assert.Equal(rows, await CountAsync(migration));
                Assert.Null(await migration.CompleteAsync("school"));
            },
            iter: 25, threads: 1);
    }

    Migration Run(Legacy legacy, int batchSize) => new(
        Target, legacy.Source, options: Migration.Writing(WritePath.Auto) with { BatchSize = batchSize });

    Task<long> CountAsync(Migration migration) => Target.ScalarAsync<long>(
        $"SELECT count(*) FROM school.school WHERE tenant_id = '{migration.Tenant(Legacy.District).Id}'");
}
