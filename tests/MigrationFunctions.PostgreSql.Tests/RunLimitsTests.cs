using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class RunLimitsTests(TargetServer server) : TargetTest(server)
{
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task A_run_begins_with_the_limits_of_its_options_and_the_full_window()
    {
        var run = await AddAsync("a", new MigrationOptions { SourceReaders = 3, TargetWriters = 5 });

        var control = await Target.Limits.GetAsync(run, Cancel);

        Assert.Equivalent(RunLimits.Of(run.Options), control.Limits, strict: true);
        Assert.Equal((1, 5, ThrottleState.FullWindow, At), (
            control.Version, control.Writers, control.Throttle.Reason, control.Throttle.Since));
    }

    [Fact]
    public async Task Of_changes_that_were_made_from_the_same_control_one_comes_into_force()
    {
        var run = await AddAsync("a");
        var control = await Target.Limits.GetAsync(run, Cancel);
        var changes = await Task.WhenAll(Enumerable.Range(1, 8).Select(n => Target.Limits.TryChangeAsync(
            run, control.With(control.Limits with { BatchWindow = n }, At),
            new AuditEntry("a", AuditActions.Adjust, "operator", At) { Detail = $"to {n}" }, Cancel)));

        var winner = Assert.Single(Enumerable.Range(1, 8), n => changes[n - 1]);
        Assert.Equal(winner, (await Target.Limits.GetAsync(run, Cancel)).Limits.BatchWindow);
        Assert.Equal(
            [$"a adjust to {winner}"],
            await Target.QueryAsync<string>("SELECT run_id || ' ' || action || ' ' || detail FROM migration.audit_log"));
    }

    [Fact]
    public async Task No_more_readers_than_allowed_get_a_slot_and_one_that_ends_frees_it()
    {
        var run = await AddAsync("a", new MigrationOptions { SourceReaders = 2 });
        var other = await AddAsync("b", new MigrationOptions { SourceReaders = 1 });
        var first = await Target.Limits.TryTakeReaderAsync(run, Cancel);
        await using var second = await Target.Limits.TryTakeReaderAsync(run, Cancel);

        Assert.Null(await Target.Limits.TryTakeReaderAsync(run, Cancel));
        Assert.False(await Target.Limits.HasFreeAsync(run, SlotKind.Reader, Cancel));
        Assert.True(await Target.Limits.HasFreeAsync(run, SlotKind.Writer, Cancel));
        await using (var others = await Target.Limits.TryTakeReaderAsync(other, Cancel))
            Assert.NotNull(others);

        await first!.DisposeAsync();
        Assert.True(await Target.Limits.HasFreeAsync(run, SlotKind.Reader, Cancel));
        await using var third = await Target.Limits.TryTakeReaderAsync(run, Cancel);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task Who_reads_beside_the_runs_is_one_of_the_readers_of_each()
    {
        var run = await AddAsync("a", new MigrationOptions { SourceReaders = 1 });
        var other = await AddAsync("b", new MigrationOptions { SourceReaders = 2 });
        await using (var beside = await Target.Limits.TryTakeReaderBesideRunsAsync(Cancel))
        {
            Assert.NotNull(beside);
            Assert.Null(await Target.Limits.TryTakeReaderAsync(run, Cancel));
        }
        await using (var one = await Target.Limits.TryTakeReaderAsync(run, Cancel))
        {
            Assert.Null(await Target.Limits.TryTakeReaderBesideRunsAsync(Cancel));
            // What was taken of the other one in vain is free again.
            await using var first = await Target.Limits.TryTakeReaderAsync(other, Cancel);
            await using var second = await Target.Limits.TryTakeReaderAsync(other, Cancel);
            Assert.NotNull(second);
            await Target.Runs.FinishAsync("a", States.Completed, null, At, Cancel);
            await Target.Runs.FinishAsync("b", States.Completed, null, At, Cancel);
            await using var afterwards = await Target.Limits.TryTakeReaderBesideRunsAsync(Cancel);
            Assert.NotNull(afterwards);
        }
    }

    [Fact]
    public async Task The_slots_of_a_session_that_dies_are_free_at_once()
    {
        var run = await AddAsync("a", new MigrationOptions { SourceReaders = 1 });
        await using var slot = await Target.Limits.TryTakeReaderAsync(run, Cancel);
        Assert.False(await Target.Limits.HasFreeAsync(run, SlotKind.Reader, Cancel));

        await Target.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            + "(SELECT oid FROM pg_database WHERE datname = current_database())");

        Assert.True(await Target.Limits.HasFreeAsync(run, SlotKind.Reader, Cancel));
    }

    [Fact]
    public async Task A_batch_holds_a_reader_and_a_writer_until_it_ends_and_without_one_it_does_nothing()
    {
        var migration = new Migration(
            Target, Legacy.With(students: 30).Source,
            options: Migration.SchoolDistrict.Options with { SourceReaders = 8, TargetWriters = 1 });
        await Target.Runs.AddAsync(migration.Run, At, Cancel);
        await migration.MoveAsync("school");
        var batches = await migration.PlanAsync("student", batchSize: 10);

        await using (var running = await Target.Database.BeginBatchAsync(batches[0], WritePath.Direct, Cancel))
        {
            var taken = await Assert.ThrowsAsync<SlotsTakenException>(() => migration.CopyAsync(batches[1]));
            Assert.Equal((SlotKind.Writer, 0), (taken.Kind, taken.Path));
            Assert.Equal(0, (await migration.TotalsAsync("student")).Done);
        }

        await migration.CopyAsync(batches[1]);
        Assert.Equal(1, (await migration.TotalsAsync("student")).Done);
        // What is done already needs no slot to say so.
        await using var again = await Target.Database.BeginBatchAsync(batches[0], WritePath.Staged, Cancel);
        Assert.Equal(10, (await migration.CopyAsync(batches[1])).RowsRead);
    }

    [Fact]
    public async Task The_throttle_bounds_writers_and_a_change_holds_for_the_next_one()
    {
        var run = await AddAsync("a", new MigrationOptions { TargetWriters = 4 });
        var control = await Target.Limits.GetAsync(run, Cancel);

        Assert.True(await Target.Limits.TryChangeAsync(
            run, control with { Throttle = control.Throttle with { Window = 2 } }, null, Cancel));

        Assert.Equal(2, await Target.ScalarAsync<int>("SELECT target_writers FROM migration.run_control"));
        Assert.Equal(4, await Target.ScalarAsync<int>("SELECT source_readers FROM migration.run_control"));
        Assert.Equal(0, await Target.ScalarAsync<int>("SELECT count(*) FROM migration.audit_log"));
    }

    [Fact]
    public async Task A_look_at_the_target_tells_waits_and_microseconds_per_row_of_batches_that_can_tell()
    {
        var migration = new Migration(Target, Legacy.With(students: 3_000).Source);
        await Target.Runs.AddAsync(migration.Run, At, Cancel);
        await migration.MoveAsync("school");
        foreach (var batch in await migration.PlanAsync("student", batchSize: 1_500))
            await migration.CopyAsync(batch);
        await using var holder = await Target.OpenAdminAsync();
        await using var locked = await holder.BeginTransactionAsync(Cancel);
        await using (var command = holder.CreateCommand())
        {
            command.CommandText = "LOCK TABLE school.grade_scale";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        using var stop = new CancellationTokenSource();
        await using var waiting = await Target.Connections.OpenAsync(Target.Connections.Direct, Cancel);
        await using var read = new Npgsql.NpgsqlCommand("SELECT count(*) FROM school.grade_scale", waiting);
        var blocked = read.ExecuteScalarAsync(stop.Token);
        while (!blocked.IsCompleted && await Target.ScalarAsync<int>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            await Task.Yield();

        var load = await Target.Limits.MeasureAsync(migration.Run, At, Cancel);
        var later = await Target.Limits.MeasureAsync(migration.Run, DateTimeOffset.UtcNow.AddHours(1), Cancel);

        Assert.Equal((4, 4, "Lock:relation"), (load.Active, load.Waiting, load.WaitsFor));
        Assert.Equal("student", Assert.Single(load.MicrosecondsPerRow).Key);
        Assert.InRange(load.MicrosecondsPerRow["student"], 0.1, 100_000);
        Assert.Empty(later.MicrosecondsPerRow);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => blocked);
    }

    [Fact]
    public async Task Tenants_with_most_to_do_come_first_what_is_done_taken_off()
    {
        var migration = new Migration(Target, Legacy.With(students: 30).Source);
        await Target.Runs.AddAsync(migration.Run, At, Cancel);
        await Target.Runs.SetTenantsAsync(
            migration.Run.RunId, [migration.Tenant("1"), migration.Tenant("2"), migration.Tenant("3")], Cancel);
        await migration.MoveAsync("school");
        foreach (var batch in await migration.PlanAsync("student"))
            await migration.CopyAsync(batch);

        await Target.Runs.SetWeightsAsync(
            migration.Run.RunId, new Dictionary<string, long> { ["1"] = 35, ["2"] = 7, ["3"] = 9, ["x"] = 99 }, Cancel);

        var order = await Target.Runs.GetTenantsAsync(migration.Run.RunId, 0, 10, Cancel);
        Assert.Equal(["3", "2", "1"], order.Select(t => t.Key));
        Assert.Equal(["2"], (await Target.Runs.GetTenantsAsync(migration.Run.RunId, 1, 1, Cancel)).Select(t => t.Key));
    }

    [Fact]
    public async Task A_flush_writes_even_where_there_is_nothing_to_change()
    {
        var migration = new Migration(Target, Legacy.With(students: 1).Source);
        var slice = migration.Slice("student");
        await Target.Ledger.FlushAsync(slice, Cancel);
        var before = await Target.ScalarAsync<string>("SELECT xmin::text FROM migration.entity_state");

        await Target.Ledger.FlushAsync(slice, Cancel);

        Assert.NotEqual(before, await Target.ScalarAsync<string>("SELECT xmin::text FROM migration.entity_state"));
        Assert.Null((await Target.Ledger.GetPlanAsync(slice, Cancel)).EndedBy);
    }

    async Task<RunContext> AddAsync(string id, MigrationOptions? options = null)
    {
        var run = new RunContext(
            id, Migration.SchoolDistrict, RunMode.Full, options ?? Migration.SchoolDistrict.Options, null, null);
        await Target.Runs.AddAsync(run, At, Cancel);
        return run;
    }
}
