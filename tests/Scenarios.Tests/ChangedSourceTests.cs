using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A source that has changed since it was migrated, and full runs that start again: what was added behind the plan is
/// taken up, what was added or deleted within it is told in numbers.</summary>
public sealed class ChangedSourceTests(TargetServer server)
{
    static readonly object Digest = new { manifest = "school-district", depth = "digest" };

    static readonly IEnumerable<long> Appended = Enumerable.Range(0, 7).Select(i => NewEnrollments.Behind + i);

    [Fact]
    public async Task Rows_appended_after_a_complete_run_are_taken_up_by_the_next_one_and_both_sides_are_equal()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Create());
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        await NewEnrollments.AddAsync(scenario, district: 1, Appended);

        var second = await api.EndAsync(await api.StartAsync(Schools.Request));
        var third = await api.EndAsync(await api.StartAsync(Schools.Request));
        var compared = await api.ReconcileAsync(Digest);

        AssertComplete(first);
        AssertComplete(second);
        AssertComplete(third);
        var (before, after) = (Enrollment(first), Enrollment(second));
        Assert.Equal(
            (before.RowsSource + 7, before.RowsTarget + 7, before.RowsWritten + 7, before.Batches + 1),
            (after.RowsSource, after.RowsTarget, after.RowsWritten, after.Batches));
        Assert.Equal(7, await scenario.Target.QueryAsync<long>(
            "SELECT sum(rows_read) FROM migration.batch_state WHERE run_id = @RunId", new { second.RunId }));
        Assert.Equal(after, Enrollment(third) with { Adjusted = after.Adjusted, Live = after.Live });
        Assert.True(compared.IsEqual, Api.ToJson(compared));
        await scenario.Target.AssertAppliedOnceAsync();
    }

    [Fact]
    public async Task Rows_added_between_boundaries_and_deleted_ones_are_told_in_numbers_and_after_a_repair_the_next_run_completes()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Create());
        var api = await scenario.HostAsync();
        AssertComplete(await api.EndAsync(await api.StartAsync(Schools.Request)));
        // Some 490, in batches of 100. The ids of three districts interleave in steps of five: three further on is nobody's.
        var migrated = await scenario.Target.ListAsync<long>(
            """
            SELECT e.legacy_id FROM school.enrollment AS e JOIN school.district AS d USING (tenant_id)
            WHERE d.legacy_id = 1 ORDER BY e.legacy_id
            """);
        await NewEnrollments.AddAsync(scenario, district: 1, migrated[5] + 3, migrated[6] + 3, migrated[150] + 3);
        await scenario.Source.DeleteAsync("dbo.Enrollment", "EnrollmentID", migrated[260]);

        var told = await api.EndAsync(await api.StartAsync(Schools.Request));
        var again = await api.EndAsync(await api.StartAsync(Schools.Request));
        var found = await api.ReconcileAsync(Digest);
        await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { deleteExtra = true });
        var repair = await api.EndOfRepairAsync(found.ReconciliationId);
        var healed = await api.EndAsync(await api.StartAsync(Schools.Request));

        var failure = Assert.Single(told.Tenants, t => t.Status == States.Failed).Failure!;
        Assert.StartsWith($"{ErrorCodes.NotConserved} enrollment of tenant 1: ", failure, StringComparison.Ordinal);
        Assert.Contains("3 rows were added since within the bounds of 2 batches (1, 2).", failure, StringComparison.Ordinal);
        Assert.Contains("1 row was taken away since within the bounds of batch 3.", failure, StringComparison.Ordinal);
        Assert.EndsWith(
            "Run `migrate reconcile school-district --tenant 1 --entity enrollment --depth digest --repair --delete-extra`, "
            + "then start again.", failure, StringComparison.Ordinal);
        Assert.Equal((States.Failed, failure), (again.Status, again.Tenants.Single(t => t.Tenant == "1").Failure));
        Assert.Equal((3L, 1L), (repair.Slices.Sum(s => s.Written), repair.Slices.Sum(s => s.Deleted)));
        Assert.True(repair.IsEqual, Api.ToJson(repair));
        AssertComplete(healed);
    }

    [Fact]
    public async Task A_row_that_is_gone_from_the_target_fails_the_next_run_though_every_batch_is_done()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        AssertComplete(await api.EndAsync(await api.StartAsync(Schools.Request)));
        await scenario.Target.ExecuteAsync(
            "DELETE FROM school.enrollment WHERE id = (SELECT min(id::text)::uuid FROM school.enrollment)");

        var status = await api.EndAsync(await api.StartAsync(Schools.Request));

        Assert.Equal((States.Failed, false), (status.Status, status.IsConserved));
        Assert.Contains(" the target lacks 1.", status.Tenants.Single(t => t.Failure is not null).Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("planner.before-confirmation")]
    [InlineData("planner.before-end:3")]
    [InlineData("planner.after-ledger:6")]
    [InlineData("batch.after")]
    [InlineData("entity.counted:5")]
    public async Task What_was_appended_is_taken_up_once_also_after_a_kill_at(string point)
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Create(), "killed");
        var api = await scenario.HostAsync();
        AssertComplete(await api.EndAsync(await api.StartAsync(Schools.Request)));
        await scenario.StopAsync();
        await NewEnrollments.AddAsync(scenario, district: 1, Appended);

        var service = scenario.Serve(point);
        var runId = await scenario.Client(await service.AddressAsync()).StartAsync(Schools.Request);
        await Killing.AssertKilledAsync(service, point);
        api = await scenario.HostAsync();
        var status = await api.EndAsync(runId);

        AssertComplete(status);
        Assert.Equal(7, await scenario.Target.QueryAsync<long>(
            "SELECT sum(rows_read) FROM migration.batch_state WHERE run_id = @runId", new { runId }));
        await scenario.Target.AssertAppliedOnceAsync();
    }

    static EntityStatus Enrollment(MigrationStatus status) =>
        status.Tenants.Single(t => t.Tenant == "1").Entities.Single(e => e.Entity == "enrollment");

    static void AssertComplete(MigrationStatus status) =>
        Assert.True(status is { Status: States.CompletedWithRejects, IsConserved: true }, Api.ToJson(status));
}
