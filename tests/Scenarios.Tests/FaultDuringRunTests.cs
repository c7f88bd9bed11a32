using LocalSqlServer;
using LocalSqlServer.Storage;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What breaks while a run is under way: what heals is retried, what does not fails its tenant
/// alone.</summary>
public sealed class FaultDuringRunTests(TargetServer server)
{
    public static TheoryData<string> Transient =>
        ["drop mid-rowset", "drop before the answer", "deadlock", "drop in the planner"];

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task A_transient_fault_of_the_source_is_retried_and_changes_nothing(string name)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var fault = Arm(scenario.Source.Faults, name);
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.True(fault.Happened > 0, $"'{name}' did not happen.");
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }

    [Fact]
    public async Task A_statement_that_is_blocked_times_out_and_is_retried()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        scenario.Settings["Migration:CommandTimeoutSeconds"] = "1";
        var blocked = scenario.Source.Faults.NeverAnswer(contains: "FROM [dbo].[Enrollment]", occurrence: 3);
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.Equal(1, blocked.Happened);
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }

    [Fact]
    public async Task A_tenant_that_keeps_failing_fails_alone_and_goes_on_later()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.Target.ExecuteAsync(
            """
            CREATE FUNCTION applied.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
            BEGIN
              IF (SELECT tenant_key FROM migration.run_tenant WHERE tenant_id = NEW.tenant_id LIMIT 1) = '2' THEN
                RAISE EXCEPTION 'no more of this tenant' USING ERRCODE = '0A000';
              END IF;
              RETURN NEW;
            END
            $body$;
            CREATE TRIGGER refuse BEFORE INSERT ON school.enrollment FOR EACH ROW EXECUTE FUNCTION applied.refuse()
            """);
        var api = await scenario.HostAsync();
        var failed = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.Equal(States.Failed, failed.Status);
        Assert.Equal(States.Failed, failed.Tenants.Single(t => t.Tenant == "2").Status);
        var failure = failed.Tenants.Single(t => t.Tenant == "2").Failure;
        Assert.Contains(ErrorCodes.TargetCommandFailed, failure, StringComparison.Ordinal);
        Assert.All(failed.Tenants.Where(t => t.Tenant != "2"), t =>
            Assert.True(
                t.Status is States.Completed or States.CompletedWithRejects && t.Entities.All(e => e.IsConserved), $"{t}"));

        await scenario.Target.ExecuteAsync("DROP TRIGGER refuse ON school.enrollment");
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }

    [Fact]
    public async Task A_tenant_over_its_reject_limit_stops_and_the_others_finish()
    {
        var legacy = Schools.Create();
        Assert.Equal(40, Spoil(legacy, district: 1, students: 40));
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(
            new { manifest = "school-district", mode = "full", options = new { batchSize = 50, rejectLimit = 20 } }));
        Assert.Equal(States.Failed, status.Status);
        var stopped = status.Tenants.Single(t => t.Tenant == "1");
        Assert.Equal(States.Failed, stopped.Status);
        Assert.True(stopped.Failure!.Contains(ErrorCodes.RejectLimitExceeded, StringComparison.Ordinal), stopped.Failure);
        Assert.DoesNotContain(stopped.Entities, e => e.Entity == "enrollment" && e.RowsRead > 0);
        Assert.All(status.Tenants.Where(t => t.Tenant != "1"), t => Assert.NotEqual(States.Failed, t.Status));
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    static Fault Arm(FaultPlan faults, string name) => name switch
    {
        "drop mid-rowset" => faults.DropConnection(contains: "[Gpa]", afterRows: 37, occurrence: 2),
        "drop before the answer" => faults.DropConnection(contains: "[EntryCode]", occurrence: 2),
        "deadlock" => faults.Deadlock(contains: "[EntryCode]", occurrence: 3),
        _ => faults.DropConnection(contains: "ROW_NUMBER()", afterRows: 1, occurrence: 4),
    };

    static int Spoil(LegacyDatabase legacy, int district, int students)
    {
        var left = students;
        return legacy.Table("dbo.Student").Update(
            row => Equals(row["DistrictID"], district) && left-- > 0, row => row["FirstName"] = "spoilt\0name");
    }
}
