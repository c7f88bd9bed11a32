using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Rights that no run needs are told and stop nothing; too few stop a run.</summary>
public sealed class PrivilegeFindingTests(TargetServer server)
{
    [Fact]
    public async Task Too_much_privilege_is_a_warning_in_status_and_report_and_the_run_goes_on()
    {
        var legacy = Schools.Create();
        legacy.LoginRoles.Add("db_owner");
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        await scenario.Target.ExecuteAsync("GRANT SELECT ON school.student TO migration_auditor");
        var api = await scenario.HostAsync();

        var runId = await api.StartAsync(Schools.Request);
        var status = await api.EndAsync(runId);
        var report = await api.GetAsync($"migrations/{runId}/report?format=md");

        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.Equal(
            [
                (ErrorCodes.SourcePrivilegeExcessive, "login migration_reader is a db_owner.", ProblemSeverity.Warning),
                (ErrorCodes.TargetPrivilegeExcessive, "role migration_auditor may read school.student.", ProblemSeverity.Warning),
            ],
            status.Findings.Where(f => f.Code != ErrorCodes.TargetTriggerFires).Select(f => (f.Code, f.Message, f.Severity)));
        Assert.Contains(ErrorCodes.SourcePrivilegeExcessive, report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mapped_column_that_comes_masked_stops_the_run_and_an_ignored_one_does_not()
    {
        var legacy = Schools.Create();
        legacy.Table("dbo.Student").Mask("FirstName").Mask("RowVer");
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        var api = await scenario.HostAsync();

        var refused = await api.EndAsync(await api.StartAsync(Schools.Request));
        legacy.LoginPermissions.Add("UNMASK dbo.Student.FirstName");
        var granted = await api.EndAsync(await api.StartAsync(Schools.Request));

        Assert.Equal((States.Failed, 0), (refused.Status, refused.RowsWritten));
        Assert.Equal(
            "The login sees masks instead of: FirstName.",
            Assert.Single(refused.Findings, f => f.Code == ErrorCodes.SourceColumnsMasked).Message);
        Assert.Equal(States.CompletedWithRejects, granted.Status);
    }
}
