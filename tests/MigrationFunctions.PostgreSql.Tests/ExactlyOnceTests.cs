using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>However often and however badly a batch is executed: all of it once, or nothing.</summary>
public sealed class ExactlyOnceTests(TargetServer server) : TargetTest(server)
{
    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task A_repeated_execution_returns_the_recorded_result_and_changes_nothing(WritePath path)
    {
        var legacy = Legacy.With(students: 30);
        legacy.AddStudent(1, 31, ("FirstName", "\0"));
        legacy.AddStudent(1, 32, ("IsTest", true));
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(path));
        await migration.MoveAsync("school");
        var work = Assert.Single(await migration.PlanAsync("student"));
        var first = await migration.CopyAsync(work);
        var (rows, ledger, rejected) = await StateAsync();

        var second = await migration.CopyAsync(work);

        Assert.Equal(first with { FilteredBy = second.FilteredBy, Adjusted = second.Adjusted }, second);
        Assert.Equal(first.FilteredBy, second.FilteredBy);
        Assert.Equal(first.Adjusted, second.Adjusted);
        Assert.Equal((rows, ledger, rejected), await StateAsync());
    }

    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task Concurrent_executions_of_one_batch_have_one_effect(WritePath path)
    {
        var legacy = Legacy.With(students: 2_000);
        legacy.AddStudent(1, 5_000, ("FirstName", "\0"));
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(path));
        await migration.MoveAsync("school");
        var work = Assert.Single(await migration.PlanAsync("student"));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => migration.CopyAsync(work))));

        Assert.All(
            results, r => Assert.Equal((2_000, 1, results[0].Digest), (r.RowsWritten, r.RowsRejected, r.Digest)));
        Assert.Equal(2_000, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
        Assert.Equal(1, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.rejected_row"));
    }

    [Fact]
    public async Task Batches_one_after_the_other_on_one_pooled_connection_are_counted_one_by_one()
    {
        var migration = new Migration(Target, Legacy.With(students: 1_000).Source);
        await migration.MoveAsync("school");

        foreach (var work in await migration.PlanAsync("student", batchSize: 100))
            Assert.Equal(100, (await migration.CopyAsync(work)).RowsWritten);

        var totals = await migration.TotalsAsync("student");
        Assert.Equal(
            new SliceTotals("student", 1_000, 10, 10, 1_000, 1_000, 0, 0) { Adjusted = totals.Adjusted }, totals);
    }

    [Fact]
    public async Task Batches_of_one_entity_run_in_parallel()
    {
        var migration = new Migration(Target, Legacy.With(students: 4_000).Source);
        await migration.MoveAsync("school");
        var batches = await migration.PlanAsync("student", batchSize: 250);

        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel },
            async (work, _) => await migration.CopyAsync(work));

        Assert.Equal(4_000, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
        Assert.True((await migration.TotalsAsync("student")).IsConserved);
    }

    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task A_connection_killed_in_the_middle_of_a_COPY_is_transient_and_leaves_nothing(WritePath path)
    {
        var legacy = Legacy.With(students: 20_000, schools: 1);
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(path));
        await migration.MoveAsync("school");
        var work = Assert.Single(await migration.PlanAsync("student"));
        legacy.Students.OnRead = row =>
        {
            if (row == 15_000)
                Assert.True(Target.ScalarAsync<bool>(
                    "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'COPY %' "
                    + "AND datname = current_database()").GetAwaiter().GetResult());
        };

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.CopyAsync(work));

        Assert.Equal((ErrorCodes.TargetTransient, true), (e.Code, e.IsTransient));
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
        Assert.Equal("planned", await Target.ScalarAsync<string>(
            "SELECT state FROM migration.batch_state WHERE entity = 'student'"));
        legacy.Students.OnRead = null;
        Assert.Equal(20_000, (await migration.CopyAsync(work)).RowsWritten);
    }

    [Fact]
    public async Task A_batch_that_another_session_holds_too_long_is_transient()
    {
        var migration = new Migration(
            Target, Legacy.With(students: 1).Source,
            options: Migration.SchoolDistrict.Options with { CommandTimeoutSeconds = 1 });
        var work = Assert.Single(await migration.PlanAsync("school"));
        await using var holder = await Target.Database.BeginBatchAsync(work, WritePath.Direct, Cancel);

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.CopyAsync(work));

        Assert.Equal((ErrorCodes.TargetTransient, true), (e.Code, e.IsTransient));
    }

    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task A_target_table_that_is_locked_too_long_is_transient(WritePath path)
    {
        var migration = new Migration(
            Target, Legacy.With(students: 1).Source,
            options: Migration.Writing(path) with { CommandTimeoutSeconds = 1 });
        var work = Assert.Single(await migration.PlanAsync("school"));
        await using var connection = await Target.OpenAdminAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await connection.ExecuteAsync("LOCK TABLE school.school IN ACCESS EXCLUSIVE MODE");

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.CopyAsync(work));

        Assert.Equal((ErrorCodes.TargetTransient, true), (e.Code, e.IsTransient));
    }

    [Fact]
    public async Task A_read_that_fails_leaves_nothing_and_comes_out_as_it_was()
    {
        var legacy = Legacy.With(students: 8_000);
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        legacy.Students.OnRead = row =>
        {
            if (row == 7_000)
                throw new TimeoutException("source");
        };

        var e = await Assert.ThrowsAsync<TimeoutException>(() => migration.MoveAsync("student"));

        Assert.Equal("source", e.Message);
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
    }

    [Fact]
    public async Task A_driver_that_loses_rows_is_found_out()
    {
        var legacy = Legacy.With(students: 10);
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        legacy.Source.LostRows = 1;

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.MoveAsync("student"));

        Assert.Equal((ErrorCodes.SourceShortRead, true), (e.Code, e.IsTransient));
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
    }

    [Fact]
    public async Task A_cancelled_batch_leaves_nothing()
    {
        var legacy = Legacy.With(students: 20_000, schools: 1);
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        var work = Assert.Single(await migration.PlanAsync("student"));
        using var cancel = new CancellationTokenSource();
        legacy.Students.OnRead = row =>
        {
            if (row == 15_000)
                cancel.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new BatchCopier(legacy.Source, Target.Database).CopyAsync(work, cancel.Token));

        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
        legacy.Students.OnRead = null;
        Assert.Equal(20_000, (await migration.CopyAsync(work)).RowsWritten);
    }

    [Fact]
    public async Task A_batch_that_was_never_planned_is_MIG4011()
    {
        var migration = new Migration(Target, Legacy.With(students: 1).Source);
        var work = Assert.Single(await migration.PlanAsync("school"));

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.CopyAsync(work with { Number = 9 }));

        Assert.Equal(ErrorCodes.TargetBatchUnknown, e.Code);
    }

    [Fact]
    public async Task A_partitioned_target_is_counted_over_its_partitions()
    {
        var items = new Items([Legacy.Of("value", System.Data.SqlDbType.Int)]);
        await items.CreateAsync(Target, "value integer", options: "PARTITION BY HASH (tenant_id)");
        await Target.ExecuteAsync(
            """
            CREATE TABLE school.item_0 PARTITION OF school.item FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE school.item_1 PARTITION OF school.item FOR VALUES WITH (MODULUS 2, REMAINDER 1)
            """);
        for (var i = 1L; i <= 10; i++)
            items.Add(i, ("value", (int)i));

        var result = await items.In(Target, WritePath.Direct).MoveAsync("item");

        Assert.Equal(10, result.RowsWritten);
    }

    async Task<(string Rows, string Ledger, string Rejected)> StateAsync() => (
        await Target.DumpAsync("school.student"), await Target.DumpAsync("migration.batch_state"),
        await Target.DumpAsync("migration.rejected_row"));
}
