using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class RunStoreTests(TargetServer server) : TargetTest(server)
{
    const string Hub = "hub";

    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    static readonly Tenant[] Tenants =
        [.. Enumerable.Range(1, 5).Select(
            i => new Tenant($"{i}", new Guid(i, 0, 0, new byte[8]), i == 3 ? null : $"District {i}"))];

    [Fact]
    public async Task A_run_comes_back_as_it_was_stored()
    {
        var run = Run("a") with { Tenants = ["1", "2"], Entities = ["student"], Mode = RunMode.DryRun };
        await Target.Runs.AddAsync(run, At, Cancel);
        await Target.Runs.AddAsync(run with { Tenants = null }, At.AddDays(1), Cancel);

        var found = await Target.Runs.FindAsync("a", Cancel);

        Assert.Equal(["1", "2"], found!.Tenants);
        Assert.Equal(["student"], found.Entities);
        Assert.Equal((RunMode.DryRun, "dryRun/a"), (found.Mode, found.Ledger));
        Assert.Equivalent(run.Options, found.Options, strict: true);
        Assert.Equal([], ManifestDifference.Between(run.Manifest, found.Manifest));
        Assert.Null(await Target.Runs.FindAsync("b", Cancel));
    }

    [Fact]
    public async Task A_held_tenant_names_its_holder_and_none_is_locked()
    {
        Assert.Equal([], await LockAsync("first", Tenants[..2]));

        Assert.Equal([new TenantLock("2", "first", Hub)], await LockAsync("second", Tenants[1..3]));
        Assert.Equal([], await LockAsync("third", Tenants[2..]));
        Assert.Equal([], await LockAsync("first", Tenants[..2]));
        Assert.Equal(
            [new TenantLock("1", "first", Hub), new TenantLock("2", "first", Hub), new TenantLock("3", "third", Hub)],
            await LockAsync("fourth", Tenants[..3]));
    }

    [Fact]
    public async Task A_holder_that_is_gone_is_taken_over_and_a_lock_is_given_back()
    {
        await LockAsync("gone", Tenants[..2]);
        await LockAsync("alive", Tenants[2..3]);

        Assert.Equal([new TenantLock("3", "alive", Hub)], await LockAsync("next", Tenants[..3], "gone"));
        Assert.Equal([], await LockAsync("next", Tenants[..2], "gone"));
        Assert.Equal([new TenantLock("1", "next", Hub)], await LockAsync("other", Tenants[..1]));
        await Target.Runs.UnlockTenantsAsync("next", Cancel);
        await Target.Runs.UnlockTenantsAsync("next", Cancel);
        Assert.Equal([], await LockAsync("other", Tenants[..2]));
    }

    [Fact]
    public async Task A_holder_of_another_task_hub_is_never_taken_for_gone()
    {
        await LockAsync("theirs", "another hub", Tenants[..1]);

        Assert.Equal([new TenantLock("1", "theirs", "another hub")], await LockAsync("ours", Tenants[..2], "theirs"));
    }

    [Fact]
    public async Task A_run_whose_tenants_are_taken_over_has_failed_and_stays_so()
    {
        await Target.Runs.AddAsync(Run("lost"), At, Cancel);
        await Target.Runs.SetTenantsAsync("lost", Tenants[..2], Cancel);
        await Target.Runs.SetTenantStateAsync("lost", Tenants[0].Id, States.Running, null, Cancel);
        await LockAsync("lost", Tenants[..2]);

        Assert.Equal([], await LockAsync("next", Tenants[..1], "lost"));

        await Target.Runs.SetTenantStateAsync("lost", Tenants[0].Id, States.Completed, null, Cancel);
        await Target.Runs.FinishAsync("lost", States.Completed, null, At, Cancel);
        var progress = (await Target.Runs.GetProgressAsync("lost", Cancel))!;
        Assert.Equal(States.Failed, progress.Run.State);
        Assert.NotNull(progress.Run.FinishedAt);
        Assert.StartsWith(ErrorCodes.RunTakenOver, progress.Failure, StringComparison.Ordinal);
        Assert.All(progress.Tenants, t => Assert.Equal((States.Failed, progress.Failure), (t.State, t.Failure)));
        Assert.Equal([], await LockAsync("other", Tenants[1..2]));
    }

    [Fact]
    public async Task A_request_that_is_repeated_with_its_key_stores_no_second_run()
    {
        Assert.Equal("a", await Target.Runs.AddAsync(Run("a") with { IdempotencyKey = "key" }, At, Cancel));

        Assert.Equal("a", await Target.Runs.AddAsync(Run("b") with { IdempotencyKey = "key" }, At, Cancel));

        Assert.Equal("a", (await Target.Runs.FindByKeyAsync("key", Cancel))!.RunId);
        Assert.Null(await Target.Runs.FindByKeyAsync("another", Cancel));
        Assert.Null(await Target.Runs.FindAsync("b", Cancel));
    }

    [Fact]
    public async Task A_run_that_cannot_be_scheduled_gives_its_locks_back()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Target.Runs.LockTenantsAsync(
            "first", Hub, Tenants, _ => Task.FromResult(false), () => throw new InvalidOperationException(), Cancel));

        Assert.Equal([], await LockAsync("second", Tenants));
    }

    [Fact]
    public async Task Of_runs_that_start_at_once_one_gets_the_tenants()
    {
        var held = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => LockAsync($"run{i}", Tenants)));

        var winner = Array.FindIndex(held, h => h.Count == 0);
        Assert.Single(held, h => h.Count == 0);
        Assert.All(
            held.Where(h => h.Count > 0),
            h => Assert.Equal([.. Tenants.Select(t => new TenantLock(t.Key, $"run{winner}", Hub))], h));
    }

    [Fact]
    public async Task Tenants_are_read_in_pages_in_their_order()
    {
        await Target.Runs.AddAsync(Run("a"), At, Cancel);
        await Target.Runs.SetTenantsAsync("a", Tenants, Cancel);
        await Target.Runs.SetTenantsAsync("a", Tenants, Cancel);

        Assert.Equal(Tenants[..2], await Target.Runs.GetTenantsAsync("a", 0, 2, Cancel));
        Assert.Equal(Tenants[2..], await Target.Runs.GetTenantsAsync("a", 2, 10, Cancel));
        Assert.Equal([], await Target.Runs.GetTenantsAsync("a", 5, 10, Cancel));
    }

    [Fact]
    public async Task Progress_shows_what_is_committed()
    {
        var migration = new Migration(Target, Legacy.With(students: 30).Source);
        var run = migration.Run;
        await Target.Runs.AddAsync(run, At, Cancel);
        await Target.Runs.SetTenantsAsync(
            run.RunId, [migration.Tenant("1") with { Name = "One" }, migration.Tenant("2")], Cancel);
        await Target.Runs.SetUnassignedAsync(run.RunId, "student", 4, Cancel);
        await Target.Runs.SetUnassignedAsync(run.RunId, "student", 5, Cancel);
        await Target.Runs.SetFindingsAsync(
            run.RunId, [new Problem(
                "MIG3009", "dbo.Student", "No index.", "Create one.", ProblemSeverity.Warning)], Cancel);
        await migration.MoveAsync("school");
        var batches = await migration.PlanAsync("student", batchSize: 20);
        await migration.CopyAsync(batches[0]);
        await Target.Runs.SetTenantStateAsync(run.RunId, migration.Tenant("1").Id, "running", null, Cancel);
        await Target.Runs.SetTenantStateAsync(run.RunId, migration.Tenant("2").Id, "failed", "MIG3002 ...", Cancel);

        var progress = await Target.Runs.GetProgressAsync(run.RunId, Cancel);

        Assert.Equal(new RunSummary(run.RunId, "school-district", RunMode.Full, "running", At, null), progress!.Run);
        Assert.Equal(5, Assert.Single(progress.Unassigned, u => u.Key == "student").Value);
        Assert.Equal("MIG3009", Assert.Single(progress.Findings).Code);
        Assert.Equal(
            [("1", "One", "running", null), ("2", null, "failed", "MIG3002 ...")],
            progress.Tenants.Select(t => (t.Tenant, t.Name, t.State, t.Failure)));
        var entities = progress.Tenants[0].Entities.OrderBy(e => e.Entity, StringComparer.Ordinal).ToList();
        Assert.Equal(
            [
                new SliceTotals("school", 3, 1, 1, 3, 3, 0, 0) { Adjusted = entities[0].Adjusted },
                new SliceTotals("student", 30, 2, 1, 20, 20, 0, 0) { Adjusted = entities[1].Adjusted },
            ],
            entities);
        Assert.Equal([KeyValuePair.Create("updated_at:excessPrecision", 18L)], entities[1].Adjusted);
        Assert.Equal([], progress.Tenants[1].Entities);
        Assert.Null(await Target.Runs.GetProgressAsync("unknown", Cancel));
    }

    [Fact]
    public async Task A_run_ends_once_and_the_newest_is_listed_first()
    {
        await Target.Runs.AddAsync(Run("old"), At, Cancel);
        await Target.Runs.AddAsync(Run("new"), At.AddHours(1), Cancel);
        await Target.Runs.FinishAsync("old", "failed", "MIG4004 ...", At.AddMinutes(1), Cancel);
        await Target.Runs.FinishAsync("old", "completed", null, At.AddMinutes(2), Cancel);

        Assert.Equal(
            [("new", "running", null), ("old", "failed", At.AddMinutes(1))],
            (await Target.Runs.ListAsync(10, Cancel)).Select(r => (r.RunId, r.State, r.FinishedAt)));
        Assert.Single(await Target.Runs.ListAsync(1, Cancel));
        Assert.Equal("MIG4004 ...", (await Target.Runs.GetProgressAsync("old", Cancel))!.Failure);
    }

    [Fact]
    public async Task Each_entity_of_the_ledger_has_the_manifest_that_its_batches_were_planned_by()
    {
        var first = new Migration(Target, Legacy.With(students: 1).Source);
        await Target.Runs.AddAsync(first.Run, At, Cancel);
        Assert.Empty(await Target.Runs.FindLedgerManifestsAsync("full", "school-district", Cancel));

        await first.MoveAsync("school");
        var changed = Migration.SchoolDistrict with
        {
            Entities = [.. Migration.SchoolDistrict.Entities.Select(e => e.Name == "student" ? e with { SoftDelete = null } : e)],
        };
        var second = new Migration(Target, Legacy.With(students: 1).Source, manifest: changed);
        await Target.Runs.AddAsync(second.Run, At.AddHours(1), Cancel);
        await second.PlanAsync("student");

        var stored = await Target.Runs.FindLedgerManifestsAsync("full", "school-district", Cancel);
        Assert.Equal(["school", "student"], stored.Keys.Order());
        Assert.Empty(ManifestDifference.Between(first.Run.Manifest, stored["school"]));
        Assert.Empty(ManifestDifference.Between(changed, stored["student"]));
        Assert.Empty(await Target.Runs.FindLedgerManifestsAsync("rehearsal/1", "school-district", Cancel));
    }

    static RunContext Run(string id) =>
        new(id, Migration.SchoolDistrict, RunMode.Full, Migration.SchoolDistrict.Options, null, null);

    Task<IReadOnlyList<TenantLock>> LockAsync(string run, IReadOnlyList<Tenant> tenants, params string[] gone) =>
        LockAsync(run, Hub, tenants, gone);

    Task<IReadOnlyList<TenantLock>> LockAsync(
        string run, string hub, IReadOnlyList<Tenant> tenants, params string[] gone) =>
        Target.Runs.LockTenantsAsync(
            run, hub, tenants, holder => Task.FromResult(gone.Contains(holder)), () => Task.CompletedTask, Cancel);
}
