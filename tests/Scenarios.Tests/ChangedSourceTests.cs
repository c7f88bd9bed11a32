using LocalSqlServer.Storage;
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

    // District 1 has some 490 enrollments, in batches of 100.
    const int Late = 440;

    [Fact]
    public async Task Rows_appended_after_a_complete_run_are_taken_up_by_the_next_one_and_both_sides_are_equal()
    {
        var legacy = Schools.Create();
        var enrollments = legacy.Table("dbo.Enrollment");
        var good = SourceChanges.GoodEnrollments(legacy, district: 1);
        var appended = TakeLast(legacy, good, 7);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, legacy);
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        SourceChanges.Give(enrollments, appended);

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
        var legacy = Schools.Create();
        var enrollments = legacy.Table("dbo.Enrollment");
        var good = SourceChanges.GoodEnrollments(legacy, district: 1);
        var added = SourceChanges.Take(enrollments, good, 5, 6, 150);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, legacy);
        var api = await scenario.HostAsync();
        AssertComplete(await api.EndAsync(await api.StartAsync(Schools.Request)));
        SourceChanges.Give(enrollments, added);
        SourceChanges.Take(enrollments, good, 260);

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
        var legacy = Schools.Create();
        var appended = TakeLast(legacy, SourceChanges.GoodEnrollments(legacy, district: 1), 7);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, legacy, "killed");
        var api = await scenario.HostAsync();
        AssertComplete(await api.EndAsync(await api.StartAsync(Schools.Request)));
        await scenario.StopAsync();
        SourceChanges.Give(legacy.Table("dbo.Enrollment"), appended);

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

    static IReadOnlyList<object?[]> TakeLast(LegacyDatabase legacy, Func<LegacyRow, bool> good, int rows)
    {
        var enrollments = legacy.Table("dbo.Enrollment");
        // Whatever stands behind the rows that come back would make them rows between boundaries.
        var bounds = SourceChanges.Take(enrollments, good, Late);
        enrollments.Delete(row => Equals(row["DistrictID"], 1) && (long)row["EnrollmentID"]! > (long)bounds[0][0]!);
        return [.. Enumerable.Range(0, rows).Select(i => With(bounds[0], (long)bounds[0][0]! + i))];
    }

    static object?[] With(object?[] row, long id) => [id, .. row[1..^1], null];

    static EntityStatus Enrollment(MigrationStatus status) =>
        status.Tenants.Single(t => t.Tenant == "1").Entities.Single(e => e.Entity == "enrollment");

    static void AssertComplete(MigrationStatus status) =>
        Assert.True(status is { Status: States.CompletedWithRejects, IsConserved: true }, Api.ToJson(status));
}
