using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>What the ledger tells of a run's speed, from rows whose times are set here.</summary>
public sealed class LiveFiguresTests(TargetServer server) : TargetTest(server)
{
    static readonly Tenant[] Tenants =
        [new("1", new Guid(1, 0, 0, new byte[8]), "One"), new("2", new Guid(2, 0, 0, new byte[8]), "Two")];

    [Fact]
    public async Task Only_batches_of_this_run_count_and_only_late_ones_are_recent()
    {
        await StartAsync("now");
        await PlanAsync("student", 5);
        await DoneAsync("student", 1, "earlier", "-3 hours", 1);
        await DoneAsync("student", 2, "now", "-100 seconds", 8);
        await DoneAsync("student", 3, "now", "-20 seconds", 2);
        await DoneAsync("student", 4, "now", "-5 seconds", 1);

        var progress = await Target.Runs.GetProgressAsync("now", Cancel);

        var work = Assert.Single(progress!.Tenants[0].Work);
        Assert.Equal(("1", "student", null), (work.Tenant, work.Entity, work.RowsLeft));
        Assert.Equal((30, 3_000, 20, 2_000), (work.Rows, work.Bytes, work.RecentRows, work.RecentBytes));
        Assert.Equal(new SlowestBatch("1", "student", 2, 10, 8), work.Slowest);
        Assert.InRange((progress.At - work.BeganAt!.Value).TotalSeconds, 108, 120);
        Assert.InRange((progress.At - work.DoneAt!.Value).TotalSeconds, 5, 17);
        Assert.Empty(progress.Tenants[1].Work);
        Assert.Equal(40, Assert.Single(progress.Tenants[0].Entities).RowsRead);
    }

    [Fact]
    public async Task What_is_left_is_counted_by_the_source_until_all_is_planned()
    {
        await StartAsync("now");
        await Target.Runs.SetExpectedRowsAsync(
            "now", "student", new Dictionary<string, long> { ["1"] = 95, ["9"] = 7 }, Cancel);
        await Target.Runs.SetExpectedRowsAsync(
            "now", "student", new Dictionary<string, long> { ["1"] = 97, ["9"] = 7 }, Cancel);
        var before = await LeftAsync();
        await PlanAsync("student", 2);
        await DoneAsync("student", 1, "now", "-1 seconds", 1);
        var between = await LeftAsync();
        await PlanAsync("student", 5, endedBy: "now", from: 3);
        var planned = await LeftAsync();

        // Tenant 9 is none of the run's, and tenant 2 has no rows.
        Assert.Equal([97, 0], before);
        Assert.Equal([87, 0], between);
        Assert.Equal([40, 0], planned);
    }

    [Fact]
    public async Task Where_an_earlier_run_has_planned_to_the_end_the_source_counts_what_is_left_until_this_run_has_looked()
    {
        await StartAsync("now");
        await Target.Runs.SetExpectedRowsAsync("now", "student", new Dictionary<string, long> { ["1"] = 37 }, Cancel);
        await PlanAsync("student", 2, endedBy: "earlier");
        await DoneAsync("student", 1, "earlier", "-3 hours", 1);
        await DoneAsync("student", 2, "earlier", "-3 hours", 1);
        var before = (await LeftAsync())[0];
        await PlanAsync("student", 4, endedBy: "now", from: 3);

        Assert.Equal((17, 20), (before, (await LeftAsync())[0]));
    }

    [Fact]
    public async Task A_source_that_has_grown_never_leaves_less_than_what_is_planned()
    {
        await StartAsync("now");
        await Target.Runs.SetExpectedRowsAsync("now", "student", new Dictionary<string, long> { ["1"] = 15 }, Cancel);
        await PlanAsync("student", 4);
        await DoneAsync("student", 1, "now", "-1 seconds", 1);

        Assert.Equal(30, (await LeftAsync())[0]);
    }

    [Fact]
    public async Task A_run_that_is_taken_back_leaves_no_counts()
    {
        await StartAsync("now");
        await Target.Runs.SetExpectedRowsAsync("now", "student", new Dictionary<string, long> { ["1"] = 15 }, Cancel);

        await Target.Runs.RemoveAsync("now", Cancel);

        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.run_slice"));
    }

    async Task StartAsync(string runId)
    {
        var manifest = Migration.SchoolDistrict;
        var run = new RunContext(runId, manifest, RunMode.Full, manifest.Options, null, null);
        await Target.Runs.AddAsync(run, TimeProvider.System.GetUtcNow(), Cancel);
        await Target.Runs.SetTenantsAsync(runId, Tenants, Cancel);
    }

    async Task<List<long?>> LeftAsync() => [.. (await Target.Runs.GetProgressAsync("now", Cancel))!.Tenants
        .Select(t => Assert.Single(t.Work).RowsLeft)];

    // Batches of ten rows for the first tenant.
    async Task PlanAsync(string entity, int upTo, string? endedBy = null, int from = 1)
    {
        var slice = new Slice("full", "school-district", Tenants[0].Id, "1", entity);
        await Target.Ledger.PlanAsync(
            slice,
            [.. Enumerable.Range(from, upTo - from + 1).Select(
                n => new BatchRange(n, n == 1 ? null : $"[{n - 1}]", $"[{n}]", 10))],
            Cancel);
        if (endedBy is not null)
            await Target.Ledger.EndPlanAsync(slice, upTo, endedBy, Cancel);
    }

    Task DoneAsync(string entity, int number, string runId, string when, int seconds) => Target.ExecuteAsync(
        $"""
        UPDATE migration.batch_state
        SET state = 'done', run_id = '{runId}', rows_read = 10, rows_written = 9, rows_rejected = 1, rows_filtered = 0,
            bytes_written = 1000, done_at = now() + interval '{when}',
            began_at = now() + interval '{when}' - interval '{seconds} seconds'
        WHERE entity = '{entity}' AND batch_no = {number}
        """);
}
