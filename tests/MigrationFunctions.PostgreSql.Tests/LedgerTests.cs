using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class LedgerTests(TargetServer server) : TargetTest(server)
{
    static readonly Slice Slice = new(
        "full", "school-district", new Guid("11111111-2222-3333-4444-555555555555"), "1", "student");

    [Fact]
    public async Task A_page_that_is_planned_twice_stands_once()
    {
        await Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), isLast: false, Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), isLast: false, Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(4), isLast: true, Cancel);
        await Target.Ledger.PlanAsync(Slice, Page(4), isLast: true, Cancel);

        Assert.Equal(new SlicePlan(4, "[4]", true), await Target.Ledger.GetPlanAsync(Slice, Cancel));
        Assert.Equal([1, 2, 3, 4], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
        Assert.Equal([3], await Target.Ledger.GetPendingAsync(Slice, 2, 1, Cancel));
    }

    [Fact]
    public async Task Planners_at_the_same_time_add_one_page()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Target.Ledger.PlanAsync(Slice, Page(1, 2, 3), isLast: true, Cancel)));

        Assert.Equal([1, 2, 3], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_page_that_leaves_a_gap_is_refused()
    {
        await Target.Ledger.PlanAsync(Slice, Page(1), isLast: false, Cancel);

        var gap = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Ledger.PlanAsync(Slice, Page(3), isLast: false, Cancel));
        var other = await Assert.ThrowsAsync<MigrationException>(() => Target.Ledger.PlanAsync(
            Slice, [new BatchRange(2, "[\"elsewhere\"]", "[9]", 5)], isLast: false, Cancel));

        Assert.Equal((ErrorCodes.PlanDiscontinued, ErrorCodes.PlanDiscontinued), (gap.Code, other.Code));
        Assert.Equal([1], await Target.Ledger.GetPendingAsync(Slice, 0, 10, Cancel));
    }

    [Fact]
    public async Task An_empty_slice_is_planned_completely()
    {
        Assert.Equal(new SlicePlan(0, null, false), await Target.Ledger.GetPlanAsync(Slice, Cancel));

        await Target.Ledger.PlanAsync(Slice, [], isLast: true, Cancel);
        await Target.Ledger.SetSourceRowsAsync(Slice, 0, Cancel);

        Assert.Equal(new SlicePlan(0, null, true), await Target.Ledger.GetPlanAsync(Slice, Cancel));
        Assert.True(Assert.Single(await Target.Ledger.GetTenantTotalsAsync(
            Slice.Ledger, Slice.Manifest, Slice.TenantId, Cancel)).IsConserved);
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
        Assert.Equal(
            1, await Target.Ledger.CountRejectedAsync("full", "school-district", migration.Tenant("1").Id, Cancel));
        Assert.Equal(
            0, await Target.Ledger.CountRejectedAsync("full", "school-district", migration.Tenant("2").Id, Cancel));
    }

    static IReadOnlyList<BatchRange> Page(params int[] numbers) =>
        [.. numbers.Select(n => new BatchRange(n, n == 1 ? null : $"[{n - 1}]", $"[{n}]", 10))];
}
