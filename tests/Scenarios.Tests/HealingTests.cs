using System.Globalization;
using System.Net;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What a district corrects at its source reaches the target, by the next run or by a repair, and its orphaned children
/// follow. The audit log says which run healed whom.</summary>
public sealed class HealingTests(TargetServer server)
{
    static readonly object Digest = new { manifest = "school-district", depth = "digest" };

    static readonly (string Column, object Value)[] Mended = [("FirstName", "Mended"), ("LastName", "Mended"), ("Gpa", 1m)];

    [Fact]
    public async Task Corrected_rows_are_written_by_the_next_run_and_their_rejections_closed_by_it()
    {
        await using var scenario = await RejectedAsync();
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        var rejects = await Reject.ListAsync(api, first.RunId, "open");
        await CorrectAsync(scenario, rejects);
        var between = await api.ReconcileAsync(Digest);

        var second = await api.EndAsync(await api.StartAsync(Schools.Request));

        Assert.Equal(
            ["check", "nulCharacter", "orphan"],
            rejects.Select(r => r.Rule).Distinct().Order(StringComparer.Ordinal).Except(["loneSurrogate"]));
        Assert.Equal(ReconciliationVerdict.NotEqual, between.Verdict);
        Assert.NotEqual(States.Failed, second.Status);
        await AssertHealedAsync(scenario, api, second.RunId, second.RunId, rejects);
    }

    [Fact]
    public async Task Corrected_rows_are_written_by_a_repair_and_their_children_follow_in_the_same_repair()
    {
        await using var scenario = await RejectedAsync();
        var api = await scenario.HostAsync();
        var run = await api.EndAsync(await api.StartAsync(Schools.Request));
        var rejects = await Reject.ListAsync(api, run.RunId, "open");
        await CorrectAsync(scenario, rejects);
        var found = await api.ReconcileAsync(Digest);

        await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { });
        var repair = await api.EndOfRepairAsync(found.ReconciliationId);

        Assert.Equal(ReconciliationVerdict.NotEqual, found.Verdict);
        Assert.True(repair.IsEqual, Api.ToJson(repair));
        Assert.Equal(ReconciliationVerdict.Equal, repair.Verdict);
        await AssertHealedAsync(scenario, api, run.RunId, repair.RepairId, rejects);
    }

    [Fact]
    public async Task Children_whose_parents_could_not_be_written_follow_when_they_are()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.Target.ExecuteAsync("ALTER TABLE school.student ADD CONSTRAINT none CHECK (false) NOT VALID");
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        var lacking = await scenario.Target.QueryAsync<long>("SELECT count(*) FROM school.enrollment");
        await scenario.Target.ExecuteAsync("ALTER TABLE school.student DROP CONSTRAINT none");
        var between = await api.ReconcileAsync(Digest);

        var second = await api.EndAsync(await api.StartAsync(Schools.Request));
        var after = await api.ReconcileAsync(Digest);

        Assert.Equal(0, lacking);
        Assert.Equal(ReconciliationVerdict.NotEqual, between.Verdict);
        Assert.NotEqual(States.Failed, second.Status);
        Assert.True(after.IsEqual, Api.ToJson(after));
        var undisturbed = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        Assert.Equal(
            undisturbed.Digests["student"], (await scenario.Target.DigestsAsync())["student"]);
        Assert.Equal(undisturbed.Digests["enrollment"], (await scenario.Target.DigestsAsync())["enrollment"]);
        Assert.Equal(first.Tenants.Count, second.Tenants.Count);
    }

    [Theory]
    [InlineData("replay.page:2")]
    [InlineData("replay.before-commit:2")]
    public async Task A_replay_has_its_effect_once_although_it_is_killed_at(string point)
    {
        await using var scenario = await RejectedAsync("killed");
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        var rejects = await Reject.ListAsync(api, first.RunId, "open");
        await CorrectAsync(scenario, rejects);
        await scenario.StopAsync();

        var service = scenario.Serve(point);
        var runId = await scenario.Client(await service.AddressAsync()).StartAsync(Schools.Request);
        await Killing.AssertKilledAsync(service, point);
        api = await scenario.HostAsync();
        var second = await api.EndAsync(runId);

        Assert.NotEqual(States.Failed, second.Status);
        await AssertHealedAsync(scenario, api, runId, runId, rejects);
    }

    [Fact]
    public async Task A_reconciliation_that_failed_is_unknown_and_cannot_be_repaired()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await scenario.Target.ExecuteAsync("ALTER TABLE school.grade_scale RENAME COLUMN code TO codes");
        var failed = await api.ReconcileAsync(Digest);

        var refused = await api.PostAsync($"reconciliations/{failed.ReconciliationId}/repair", new { });

        Assert.Equal((States.Failed, ReconciliationVerdict.Unknown, null), (failed.Status, failed.Verdict, failed.IsEqual));
        Assert.NotEmpty(failed.Unknown);
        Assert.Equal((HttpStatusCode.Conflict, ErrorCodes.ReconciliationNotRepairable), (refused.Status, refused.Codes[0]));
    }

    [Fact]
    public async Task A_repair_with_nothing_to_repair_compares_everything_again()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        var equal = await api.ReconcileAsync(Digest);
        await scenario.Target.ExecuteAsync("DELETE FROM school.enrollment WHERE id = (SELECT min(id::text)::uuid FROM school.enrollment)");

        await api.PostAsync($"reconciliations/{equal.ReconciliationId}/repair", new { });
        var repair = await api.EndOfRepairAsync(equal.ReconciliationId);

        Assert.True(equal.IsEqual, Api.ToJson(equal));
        Assert.Equal((ReconciliationVerdict.NotEqual, false), (repair.Verdict, repair.IsEqual));
    }

    [Fact]
    public async Task Without_an_identity_that_sees_all_tenants_a_verdict_is_unknown_and_says_what_is_missing()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        scenario.Settings.Remove("Migration:DirectConnection");
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.StagedRequest));

        var result = await api.ReconcileAsync(Digest);

        Assert.Equal((States.Completed, ReconciliationVerdict.Unknown, null), (result.Status, result.Verdict, result.IsEqual));
        Assert.All(result.Slices, slice => Assert.True(slice.IsEqual));
        Assert.Contains(result.Unknown, u => u.Contains("targetCrossTenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_that_the_new_application_made_survives_a_repair_that_deletes()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await scenario.Target.ExecuteAsync(
            """
            INSERT INTO school.grade_scale (tenant_id, id, legacy_id, code, min_score, max_score)
            SELECT tenant_id, gen_random_uuid(), gen_random_uuid(), 'NEW', 1, 2 FROM school.district LIMIT 1
            """);
        var found = await api.ReconcileAsync(Digest);

        await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { deleteExtra = true });
        var careful = await api.EndOfRepairAsync(found.ReconciliationId);
        var kept = await scenario.Target.QueryAsync<long>("SELECT count(*) FROM school.grade_scale WHERE code = 'NEW'");
        var again = await api.ReconcileAsync(Digest);
        await api.PostAsync($"reconciliations/{again.ReconciliationId}/repair", new { deleteForeign = true });
        var thorough = await api.EndOfRepairAsync(again.ReconciliationId);

        Assert.Equal((0, 1), (careful.Slices.Sum(s => s.Deleted), careful.Slices.Sum(s => s.Remaining)));
        Assert.Equal(1, kept);
        Assert.Equal((1, true), (thorough.Slices.Sum(s => s.Deleted), thorough.IsEqual));
    }

    // Some rows of every rule that the sample can have: by an encoder, by a constraint, as orphans.
    async Task<Scenario> RejectedAsync(string purpose = "target")
    {
        var legacy = Schools.Create();
        var students = legacy.Table("dbo.Student");
        students.Update(row => (long)row["StudentID"]! % 50 == 7, row => row["FirstName"] = "N\0l");
        students.Update(row => (long)row["StudentID"]! % 50 == 8, row => row["Gpa"] = -1m);
        var scenario = await Scenario.CreateAsync(server, legacy, purpose);
        await scenario.Target.ExecuteAsync("ALTER TABLE school.grade_scale ADD CONSTRAINT complete CHECK (code <> 'INC')");
        return scenario;
    }

    // As the districts and the target's owner would: every cause goes, and nothing is touched that a cause has orphaned.
    static async Task CorrectAsync(Scenario scenario, IReadOnlyList<Reject> rejects)
    {
        await scenario.Target.ExecuteAsync("ALTER TABLE school.grade_scale DROP CONSTRAINT complete");
        var bad = rejects.Where(r => r.Entity == "student").Select(r => Number(r.LegacyKey)).ToHashSet();
        foreach (var student in bad)
            foreach (var (column, value) in Mended)
                await scenario.Source.SetAsync("dbo.Student", "StudentID", student, column, value);
        var orphans = await scenario.Target.ListAsync<(long Enrollment, long Student, long Parent)>(
            """
            SELECT r.legacy_key::bigint, (r.original->>'StudentID')::bigint, min(s.legacy_id)
            FROM migration.rejected_row AS r JOIN school.student AS s USING (tenant_id) WHERE r.entity = 'enrollment' GROUP BY 1, 2
            """);
        foreach (var orphan in orphans.Where(o => !bad.Contains(o.Student)))
            await scenario.Source.SetAsync("dbo.Enrollment", "EnrollmentID", orphan.Enrollment, "StudentID", orphan.Parent);
    }

    static async Task AssertHealedAsync(
        Scenario scenario, Api api, string runId, string healer, IReadOnlyList<Reject> rejects)
    {
        var after = await api.ReconcileAsync(Digest);
        Assert.Empty(await Reject.ListAsync(api, runId, "open"));
        var closed = await Reject.ListAsync(api, runId, "closed");
        Assert.Equal(
            rejects.Select(r => (r.Tenant, r.Entity, r.LegacyKey)).Order(), closed.Select(r => (r.Tenant, r.Entity, r.LegacyKey)).Order());
        Assert.All(closed, r => Assert.Equal(("written", healer), (r.ClosedAs, r.ClosedBy)));
        Assert.True(after.IsEqual, Api.ToJson(after));
        Assert.Equal(ReconciliationVerdict.Equal, after.Verdict);
        var counts = await api.ReconcileAsync(new { manifest = "school-district", depth = "counts" });
        Assert.True(counts.IsEqual, Api.ToJson(counts));
        var healed = (await api.GetAsync($"audit?subject={healer}")).Json.GetProperty("entries").EnumerateArray()
            .Select(e => e.GetProperty("entry")).Where(e => e.GetProperty("action").GetString() == "healed")
            .Select(e => (e.GetProperty("tenant").GetString(), e.GetProperty("detail").GetString(),
                e.GetProperty("counts").GetProperty("written").GetInt64())).ToList();
        Assert.Equal(
            rejects.GroupBy(r => (r.Tenant, r.Entity)).Select(g => ((string?)g.Key.Tenant, (string?)g.Key.Entity, g.LongCount())).Order(),
            healed.Order());
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    static long Number(string key) => long.Parse(key, CultureInfo.InvariantCulture);
}
