using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class LedgerTests(TargetServer server) : TargetTest(server)
{
    static readonly Slice Slice = new(
        "full", "school-district", new Guid("11111111-2222-3333-4444-555555555555"), "1", "student");

    [Fact]
    public async Task A_page_that_is_planned_twice_stands_once()
    {
        await Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(4), Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(4), Cancel);
        await Target.Ledger.EndPlanAsync(Slice, 4, "run", Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(4), Cancel);

        Assert.Equal(new SlicePlan(4, "[4]", "run"), await Target.Ledger.GetPlanAsync(Slice, Cancel));
        Assert.Equal([1, 2, 3, 4], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
        Assert.Equal([3], await Target.Ledger.GetPendingAsync(Slice, 2, 1, Cancel));
    }

    [Fact]
    public async Task Planners_at_the_same_time_add_one_page()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), Cancel)));

        Assert.Equal([1, 2, 3], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_page_that_leaves_a_gap_is_refused()
    {
        await Target.Ledger.PlanAsync(Slice, Page(1), Cancel);

        var gap = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Ledger.PlanAsync(Slice, Page(3), Cancel));
        var other = await Assert.ThrowsAsync<MigrationException>(() => Target.Ledger.PlanAsync(
            Slice, [new BatchRange(2, "[\"elsewhere\"]", "[9]", 5)], Cancel));

        Assert.Equal((ErrorCodes.PlanDiscontinued, ErrorCodes.PlanDiscontinued), (gap.Code, other.Code));
        Assert.Equal([1], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
    }

    [Fact]
    public async Task An_empty_slice_is_planned_completely()
    {
        Assert.Equal(new SlicePlan(0, null, null), await Target.Ledger.GetPlanAsync(Slice, Cancel));

        await Target.Ledger.PlanAsync(Slice, [], Cancel);
        await Target.Ledger.EndPlanAsync(Slice, 0, "run", Cancel);
        await Target.Ledger.SetCountsAsync(Slice, 0, 0, Cancel);

        Assert.Equal(new SlicePlan(0, null, "run"), await Target.Ledger.GetPlanAsync(Slice, Cancel));
        Assert.True((await Target.Ledger.GetTotalsAsync(Slice, Cancel)).IsConserved);
    }

    [Fact]
    public async Task The_end_of_a_plan_holds_for_the_run_that_found_it_and_until_more_is_planned()
    {
        await Target.Ledger.PlanAsync(Slice, Page(1, 2), Cancel);
        await Target.Ledger.EndPlanAsync(Slice, 2, "first", Cancel);
        await Target.Ledger.SetCountsAsync(Slice, 20, 20, Cancel);
        // As a stalled execution would repeat it.
        await Target.Ledger.EndPlanAsync(Slice, 2, "first", Cancel);
        var first = await Target.Ledger.GetTotalsAsync(Slice, Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(3), Cancel);
        var grown = await Target.Ledger.GetPlanAsync(Slice, Cancel);
        await Target.Ledger.EndPlanAsync(Slice, 2, "second", Cancel);
        var stale = await Target.Ledger.GetPlanAsync(Slice, Cancel);
        await Target.Ledger.EndPlanAsync(Slice, 3, "second", Cancel);
        var second = await Target.Ledger.GetTotalsAsync(Slice, Cancel);

        Assert.Equal((20, 20L), (first.SourceRows, first.TargetRows));
        Assert.Equal([new SlicePlan(3, "[3]", null), new SlicePlan(3, "[3]", null)], [grown, stale]);
        Assert.Equal(new SlicePlan(3, "[3]", "second"), await Target.Ledger.GetPlanAsync(Slice, Cancel));
        // Who has not counted has no verdict, whatever an earlier run had counted.
        Assert.Equal((-1, null), (second.SourceRows, second.TargetRows));
    }

    [Fact]
    public async Task The_account_is_drawn_from_what_both_sides_hold_and_from_open_rejections()
    {
        var legacy = Legacy.With(students: 20);
        legacy.AddStudent(1, 200, ("FirstName", "\0"));
        legacy.AddStudent(1, 201, ("FirstName", "\0"));
        legacy.AddStudent(1, 202, ("IsTest", true));
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");
        var slice = migration.Slice("student");
        await Target.Ledger.SetCountsAsync(slice, 23, 20, Cancel);
        var before = await Target.Ledger.GetTotalsAsync(slice, Cancel);
        await Target.Ledger.SetCountsAsync(slice, 23, 19, Cancel);
        var lost = await Target.Ledger.GetTotalsAsync(slice, Cancel);
        await CloseAsync("200", "written");
        await CloseAsync("201", "gone");
        await Target.ExecuteAsync("UPDATE migration.entity_state SET filtered_correction = 1 WHERE entity = 'student'");
        await Target.Ledger.SetCountsAsync(slice, 23, 21, Cancel);
        var healed = await Target.Ledger.GetTotalsAsync(slice, Cancel);

        Assert.Equal((true, 20, 2, 1), (before.IsConserved, before.RowsWritten, before.RowsRejected, before.RowsFiltered));
        Assert.False(lost.IsConserved);
        Assert.Equal((true, 21, 0, 2), (healed.IsConserved, healed.RowsWritten, healed.RowsRejected, healed.RowsFiltered));
    }

    [Fact]
    public async Task A_run_counts_the_open_rejections_that_it_has_made_or_tried()
    {
        var legacy = Legacy.With(students: 0);
        foreach (var id in Enumerable.Range(1, 3))
            legacy.AddStudent(1, id, ("FirstName", "\0"));
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");
        var made = await CountAsync(migration.Run.RunId);
        var byOther = await CountAsync("other");
        await Target.ExecuteAsync("UPDATE migration.rejected_row SET tried_run_id = 'other' WHERE legacy_key IN ('1', '2')");
        await CloseAsync("1", "written");

        Assert.Equal((3, 0), (made, byOther));
        Assert.Equal((1, 1), (await CountAsync(migration.Run.RunId), await CountAsync("other")));

        Task<long> CountAsync(string runId) => Target.Ledger.CountRejectedAsync(
            "full", "school-district", migration.Tenant("1").Id, runId, Cancel);
    }

    [Fact]
    public async Task Done_batches_are_paged_with_what_they_have_read()
    {
        var migration = new Migration(Target, Legacy.With(students: 50).Source);
        await migration.MoveAsync("school");
        var batches = await migration.PlanAsync("student", batchSize: 20);
        await migration.CopyAsync(batches[0]);
        await migration.CopyAsync(batches[2]);

        var first = await Target.Ledger.GetDoneAsync(migration.Slice("student"), 0, 1, Cancel);
        var second = await Target.Ledger.GetDoneAsync(migration.Slice("student"), 1, 5, Cancel);

        Assert.Equal([(1, 20L)], first.Select(b => (b.Range.Number, b.RowsRead)));
        Assert.Equal([(3, 10L)], second.Select(b => (b.Range.Number, b.RowsRead)));
        Assert.Equal((null, false), (first[0].Range.After, second[0].Range.After is null));
    }

    [Fact]
    public async Task Totals_are_those_of_done_batches_and_slices_do_not_mix()
    {
        var legacy = Legacy.With(students: 95);
        legacy.AddStudent(1, 200, ("FirstName", "\0"));
        legacy.AddStudent(1, 201, ("IsTest", true));
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("school", Legacy.OtherDistrict);
        var batches = await migration.PlanAsync("student", batchSize: 20);
        await migration.MoveAsync("student", Legacy.OtherDistrict);
        var before = await migration.TotalsAsync("student");
        foreach (var work in batches)
            await migration.CopyAsync(work);
        var after = await migration.TotalsAsync("student");

        Assert.Equal(new SliceTotals("student", 97, 5, 0, 0, 0, 0, 0) { Adjusted = before.Adjusted }, before);
        Assert.Empty(before.Adjusted);
        Assert.False(before.IsConserved);
        Assert.Equal(new SliceTotals("student", 97, 5, 5, 97, 95, 1, 1) { Adjusted = after.Adjusted }, after);
        // Every tenth student's UpdatedAt has no 100 ns digit.
        Assert.Equal([KeyValuePair.Create("updated_at:excessPrecision", 86L)], after.Adjusted);
        Assert.True(after.IsConserved);
        var slices = await Target.Ledger.GetTenantTotalsAsync(
            "full", "school-district", migration.Tenant("1").Id, Cancel);
        Assert.Equal(
            [
                new SliceTotals("school", 3, 1, 1, 3, 3, 0, 0) { Adjusted = slices[0].Adjusted },
                after with { Adjusted = slices[1].Adjusted },
            ],
            slices);
        Assert.Equal(after.Adjusted, slices[1].Adjusted);
        Assert.Equal([], await Target.Ledger.GetPendingAsync(migration.Slice("student"), 0, 10, Cancel));
        Assert.Equal((1, 0), (await CountAsync("1"), await CountAsync("2")));

        Task<long> CountAsync(string tenant) => Target.Ledger.CountRejectedAsync(
            "full", "school-district", migration.Tenant(tenant).Id, migration.Run.RunId, Cancel);
    }

    // As a replay leaves it.
    Task CloseAsync(string legacyKey, string closedAs) => Target.ExecuteAsync(
        $"UPDATE migration.rejected_row SET closed_as = '{closedAs}', closed_run_id = 'replay', closed_at = now() "
        + $"WHERE legacy_key = '{legacyKey}'");

    static IReadOnlyList<BatchRange> Page(params int[] numbers) =>
        [.. numbers.Select(n => new BatchRange(n, n == 1 ? null : $"[{n - 1}]", $"[{n}]", 10))];
}
