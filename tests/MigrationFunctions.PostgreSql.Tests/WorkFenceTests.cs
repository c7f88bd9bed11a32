using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Nothing is written for a run that has ended, and a run ends when nothing of it is in flight.</summary>
public sealed class WorkFenceTests(TargetServer server) : TargetTest(server)
{
    static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(RunMode.Full, WritePath.Direct)]
    [InlineData(RunMode.Full, WritePath.Staged)]
    [InlineData(RunMode.DryRun, WritePath.Staged)]
    public async Task A_batch_that_comes_after_the_end_writes_nothing(RunMode mode, WritePath path)
    {
        var migration = await StartAsync(mode);
        var work = Assert.Single(await migration.PlanAsync("school"));
        await Target.Runs.FinishAsync(migration.Run.RunId, States.Terminated, "Enough.", At, Cancel);

        var late = await Assert.ThrowsAsync<MigrationException>(() => Target.Database.BeginBatchAsync(work, path, Cancel));

        Assert.Equal(ErrorCodes.WorkEnded, late.Code);
        Assert.False(late.IsTransient);
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.school"));
    }

    [Fact]
    public async Task A_run_that_is_told_to_end_begins_nothing_and_ends_after_what_is_in_flight()
    {
        var migration = await StartAsync(RunMode.Full);
        var runId = migration.Run.RunId;
        var batches = await migration.PlanAsync("student", batchSize: 10);
        var inFlight = await Target.Database.BeginBatchAsync(batches[0], WritePath.Staged, Cancel);
        Assert.Equal(1, await Target.Runs.CountInFlightAsync(runId, Cancel));

        Assert.True(await Target.Runs.TellToEndAsync(runId, States.Terminated, "Enough.", Cancel));
        Assert.False(await Target.Runs.TellToEndAsync(runId, States.Terminated, "Again.", Cancel));

        var end = Target.Runs.FinishAsync(runId, States.Failed, "Something else.", At, Cancel);
        var late = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Database.BeginBatchAsync(batches[1], WritePath.Staged, Cancel));
        Assert.Equal(ErrorCodes.WorkEnded, late.Code);
        Assert.False(end.IsCompleted);
        Assert.Equal(States.Terminating, (await Target.Runs.GetProgressAsync(runId, Cancel))!.Run.State);
        await inFlight.DisposeAsync();
        await end;

        var progress = (await Target.Runs.GetProgressAsync(runId, Cancel))!;
        Assert.Equal((States.Terminated, "Enough."), (progress.Run.State, progress.Failure));
        Assert.All(progress.Tenants, t => Assert.Equal((States.Terminated, "Enough."), (t.State, t.Failure)));
        Assert.Equal(0, await Target.Runs.CountInFlightAsync(runId, Cancel));
    }

    [Fact]
    public async Task Indexes_are_not_dropped_for_a_run_that_has_ended()
    {
        var migration = await StartAsync(RunMode.Full);
        await Target.Runs.FinishAsync(migration.Run.RunId, States.Terminated, null, At, Cancel);

        var late = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Tables.DropSecondaryAsync(migration.Run.RunId, "school.enrollment", [], Cancel));

        Assert.Equal(ErrorCodes.WorkEnded, late.Code);
    }

    [Theory]
    [InlineData(States.Terminating)]
    [InlineData(States.Terminated)]
    [InlineData(States.Failed)]
    [InlineData(States.Completed)]
    public async Task What_an_activity_says_too_late_changes_nothing_that_the_run_says(string state)
    {
        var migration = await StartAsync(RunMode.Full);
        var runId = migration.Run.RunId;
        if (state == States.Terminating)
            await Target.Runs.TellToEndAsync(runId, States.Terminated, "Enough.", Cancel);
        else
            await Target.Runs.FinishAsync(runId, state, null, At, Cancel);
        var before = (await Target.Runs.GetProgressAsync(runId, Cancel))!;
        var other = new Tenant("late", Guid.NewGuid(), null, null);

        await Target.Runs.SetFindingsAsync(runId, [new Problem(ErrorCodes.Unforeseen, "late", "Late.", "None.")], Cancel);
        await Target.Runs.SetTenantsAsync(runId, [other], Cancel);
        await Target.Runs.SetTenantStateAsync(runId, migration.Tenant(Legacy.District).Id, States.Running, "Late.", Cancel);
        await Target.Runs.SetUnassignedAsync(runId, "student", 77, Cancel);
        await Target.Runs.SetExpectedRowsAsync(
            runId, "student", new Dictionary<string, long> { [Legacy.District.ToString()] = 77 }, Cancel);
        await Target.Runs.SetWeightsAsync(runId, new Dictionary<string, long> { [Legacy.District.ToString()] = 77 }, Cancel);

        var after = (await Target.Runs.GetProgressAsync(runId, Cancel))!;
        Assert.Equivalent(before with { At = after.At }, after, strict: true);
    }

    [Fact]
    public async Task What_a_later_run_adds_to_the_ledger_is_not_in_the_account_of_one_that_has_ended()
    {
        var migration = await StartAsync(RunMode.Full);
        var batches = await migration.PlanAsync("student", batchSize: 10);
        await migration.CopyAsync(batches[0]);
        await Target.Runs.FinishAsync(migration.Run.RunId, States.Failed, "Broken.", At, Cancel);
        var before = (await Target.Runs.GetProgressAsync(migration.Run.RunId, Cancel))!;

        var next = migration.Run with { RunId = "next" };
        await Target.Runs.AddAsync(next, At, Cancel);
        await Target.Runs.SetTenantsAsync(next.RunId, [migration.Tenant(Legacy.District)], Cancel);
        await migration.CopyAsync(batches[1] with { Run = next });

        var after = (await Target.Runs.GetProgressAsync(migration.Run.RunId, Cancel))!;
        Assert.Equal(10, before.Tenants[0].Entities.Sum(e => e.RowsRead));
        Assert.Equivalent(before.Tenants[0].Entities, after.Tenants[0].Entities, strict: true);
        Assert.Equal(20, (await Target.Runs.GetProgressAsync("next", Cancel))!.Tenants[0].Entities.Sum(e => e.RowsRead));
    }

    async Task<Migration> StartAsync(RunMode mode)
    {
        var migration = new Migration(Target, Legacy.With(students: 30).Source, mode);
        await Target.Runs.EnsureSchemaAsync(Cancel);
        await Target.Runs.AddAsync(migration.Run, At, Cancel);
        await Target.Runs.SetTenantsAsync(migration.Run.RunId, [migration.Tenant(Legacy.District)], Cancel);
        return migration;
    }
}
