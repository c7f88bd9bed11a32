using System.Net;
using Microsoft.Extensions.Time.Testing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Reconciliation through HTTP: asked for, repaired, killed, and started by the clock.</summary>
public sealed class ReconciliationTests(TargetServer server)
{
    static readonly object Digest = new { manifest = "school-district", depth = "digest" };

    [Fact]
    public async Task What_was_damaged_is_found_named_and_repaired()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        var before = await scenario.Target.DigestsAsync();
        var equal = await api.ReconcileAsync(Digest);
        var (lost, changed) = await DamageAsync(scenario);

        var counts = await api.ReconcileAsync(new { manifest = "school-district", depth = "counts" });
        var found = await api.ReconcileAsync(Digest);
        Assert.Equal(
            HttpStatusCode.Accepted, (await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { })).Status);
        var repair = await api.EndOfRepairAsync(found.ReconciliationId);

        Assert.True(equal.IsEqual, Api.ToJson(equal));
        Assert.All(equal.Checks, check => Assert.Equal(0, check.Found));
        Assert.NotEmpty(equal.Checks);
        Assert.False(counts.IsEqual);
        Assert.Equal(
            [(lost, DifferenceKind.Missing), (changed, DifferenceKind.Different)],
            found.Differences.Select(d => (d.LegacyKey, d.Kind)).OrderBy(d => d.Kind));
        Assert.True(repair.IsEqual, Api.ToJson(repair));
        Assert.Equal(2, repair.Slices.Sum(s => s.Written));
        Assert.Equal(before, await scenario.Target.DigestsAsync());
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    [Fact]
    public async Task Every_problem_of_a_request_is_told_at_once_and_nothing_is_started()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();

        var bad = await api.PostAsync(
            "reconciliations",
            new { manifest = "school-district", mode = "dryRun", sampleSize = 0, entities = new[] { "pupil" } });
        var unknown = await api.PostAsync("reconciliations", new { manifest = "school-district", tenants = new[] { "99" } });
        var missing = await api.GetAsync("reconciliations/none");
        var listed = await api.GetAsync("reconciliations");

        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
        Assert.Equal(
            [ErrorCodes.ReconciliationModeImpossible, ErrorCodes.SampleSizeOutOfRange, ErrorCodes.UnknownEntity], bad.Codes);
        Assert.Equal([ErrorCodes.UnknownTenant], unknown.Codes);
        Assert.Equal((HttpStatusCode.NotFound, ErrorCodes.ReconciliationNotFound), (missing.Status, missing.Codes[0]));
        Assert.Empty(listed.Json.GetProperty("reconciliations").EnumerateArray());
    }

    [Theory]
    [InlineData("reconcile.unit:3")]
    [InlineData("reconcile.unit-read:2")]
    [InlineData("reconcile.unit-narrowed:1")]
    [InlineData("repair.slice:1")]
    public async Task A_reconciliation_and_its_repair_go_on_after_a_kill_at(string point)
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        var first = await scenario.HostAsync();
        await first.EndAsync(await first.StartAsync(Schools.Request));
        var (lost, changed) = await DamageAsync(scenario);
        await scenario.StopAsync();

        var service = scenario.Serve(point);
        var api = scenario.Client(await service.AddressAsync());
        var id = await api.StartReconciliationAsync(Digest);
        if (point.StartsWith("repair", StringComparison.Ordinal))
        {
            await api.EndOfReconciliationAsync(id);
            await api.PostAsync($"reconciliations/{id}/repair", new { });
        }
        await Killing.AssertKilledAsync(service, point);
        api = await scenario.HostAsync();
        var found = await api.EndOfReconciliationAsync(id);
        if (!point.StartsWith("repair", StringComparison.Ordinal))
            await api.PostAsync($"reconciliations/{id}/repair", new { });
        var repair = await api.EndOfRepairAsync(id);

        Assert.Equal([lost, changed], found.Differences.OrderBy(d => d.Kind).Select(d => d.LegacyKey));
        Assert.True(repair.IsEqual, Api.ToJson(repair));
        Assert.Equal(2, repair.Slices.Sum(s => s.Written));
    }

    [Fact]
    public async Task A_repair_waits_for_nobody_and_tells_who_holds_its_tenants()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Create());
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await DamageAsync(scenario);
        var found = await api.ReconcileAsync(Digest);
        await NewEnrollments.AddAsync(scenario, district: 3, NewEnrollments.Behind);
        var held = scenario.Source.Faults.HoldRows(contains: "[EntryCode]", occurrence: 1);
        var runId = await api.StartAsync(Schools.Request);
        await held.Reached.WaitAsync(Api.Limit);

        var refused = await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { });

        Assert.Equal((HttpStatusCode.Conflict, ErrorCodes.TenantLocked), (refused.Status, refused.Codes[0]));
        Assert.Contains(runId, refused.Text, StringComparison.Ordinal);
        held.Release();
        await api.EndAsync(runId);
    }

    [Fact]
    public async Task Every_night_the_clock_starts_one_and_never_a_second_beside_it()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await scenario.StopAsync();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 1);
        api = await scenario.HostAsync(clock);

        clock.Advance(TimeSpan.FromMinutes(30));
        await held.Reached.WaitAsync(Api.Limit);
        clock.Advance(TimeSpan.FromDays(1));
        await scenario.Target.UntilAsync("SELECT count(*) = 1 FROM migration.reconciliation WHERE trigger = 'timer'");
        held.Release();
        var first = await api.EndOfReconciliationAsync(await NewestAsync(scenario));
        clock.Advance(TimeSpan.FromDays(1));
        await scenario.Target.UntilAsync("SELECT count(*) = 2 FROM migration.reconciliation WHERE trigger = 'timer'");
        await api.EndOfReconciliationAsync(await NewestAsync(scenario));
        await scenario.StopAsync();
        clock.Advance(TimeSpan.FromDays(3));
        api = await scenario.HostAsync(clock);
        await scenario.Target.UntilAsync("SELECT count(*) = 3 FROM migration.reconciliation WHERE trigger = 'timer'");
        var pastDue = await api.EndOfReconciliationAsync(await NewestAsync(scenario));

        Assert.True(first.IsEqual);
        Assert.Equal((ReconciliationDepth.Digest, ReconciliationTriggers.Timer), (first.Depth, first.Trigger));
        Assert.Equal(States.Completed, pastDue.Status);
        Assert.Equal(3, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.reconciliation"));
    }

    [Fact]
    public async Task At_night_tenants_that_are_being_loaded_are_left_out_and_all_others_compared()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await scenario.StopAsync();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        await scenario.Target.ExecuteAsync(
            """
            INSERT INTO migration.tenant_lock (tenant_id, tenant_key, run_id)
            SELECT tenant_id, tenant_key, 'another' FROM migration.run_tenant WHERE tenant_key = '2'
            """);
        api = await scenario.HostAsync(clock);

        clock.Advance(TimeSpan.FromMinutes(30));
        await scenario.Target.UntilAsync("SELECT count(*) = 1 FROM migration.reconciliation WHERE trigger = 'timer'");
        var night = await api.EndOfReconciliationAsync(await NewestAsync(scenario));

        Assert.True(night.IsEqual);
        Assert.Equal(["1", "3"], night.Slices.Select(s => s.Tenant).Distinct().Order());
    }

    static Task<string> NewestAsync(Scenario scenario) => scenario.Target.QueryAsync<string>(
        "SELECT reconciliation_id FROM migration.reconciliation ORDER BY requested_at DESC LIMIT 1");

    // One row of nobody's children is lost, another changed by a microsecond; their legacy keys.
    static async Task<(string Lost, string Changed)> DamageAsync(Scenario scenario) => (
        await scenario.Target.QueryAsync<string>(
            "DELETE FROM school.enrollment WHERE id = (SELECT min(id::text)::uuid FROM school.enrollment) RETURNING legacy_id::text"),
        await scenario.Target.QueryAsync<string>(
            "UPDATE school.student SET updated_at = updated_at + interval '1 microsecond' "
            + "WHERE id = (SELECT min(id::text)::uuid FROM school.student) RETURNING legacy_id::text"));
}
