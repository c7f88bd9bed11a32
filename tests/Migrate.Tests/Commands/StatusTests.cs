using Migrate.Tests.Running;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;

namespace Migrate.Tests.Commands;

public sealed class StatusTests
{
    [Fact]
    public async Task A_run_shows_the_account_of_each_tenant_and_entity()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.CompletedWithRejects,
            Runs.Tenant("7", States.CompletedWithRejects, null,
                Runs.Done("student", 1_234_567, rejected: 12, filtered: 345), Runs.Done("enrollment", 10))) with
        {
            Unassigned = new Dictionary<string, long> { ["student"] = 3, ["school"] = 0 },
            Findings = [Runs.Problem(ErrorCodes.SourceIndexMissing, ProblemSeverity.Warning)],
        });

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains(result.Lines(), l => l.Contains("7 Springfield") && l.Contains("completedWithRejects"));
        Assert.Matches(@"student +3/3 +1,234,567 +1,234,567 +1,234,210 +12 +345 +yes", result.Output);
        Assert.Contains("Of no listed tenant: 3 rows of student.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rows of school", result.Output, StringComparison.Ordinal);
        Assert.Contains("dbo.Student: warning MIG3008", result.Output, StringComparison.Ordinal);
        Assert.Contains("took 1:02:03", result.Output, StringComparison.Ordinal);
        Assert.Equal("Equal: source 1,234,577, written 1,234,220, rejected 12, filtered 345.", result.Lines()[^1]);
        Assert.All(result.Lines(), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task A_run_shows_what_its_rules_changed_over_all_tenants()
    {
        await using var service = await ScriptedService.StartAsync();
        EntityStatus Student(long shifted) => Runs.Done("student", 10_000) with
        {
            Adjusted = new Dictionary<string, long> { ["tested_at:ambiguousTime"] = shifted, ["notes:nulRemoved"] = 1 },
        };
        service.On(Runs.Get, Runs.Of(
            States.Completed, Runs.Tenant("7", States.Completed, null, Student(1_200), Runs.Done("school", 3)),
            Runs.Tenant("8", States.Completed, null, Student(34))));

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Matches(@"\bstudent +tested_at +ambiguousTime +1,234\b", result.Output);
        Assert.Matches(@"\bstudent +notes +nulRemoved +2\b", result.Output);
        Assert.All(result.Lines(), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task A_run_that_lost_rows_says_so_and_ends_with_1()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.Completed,
            Runs.Tenant("7", States.Completed, null, Runs.Done("student", 10, missing: 1))));

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Equal(ExitCodes.NotEqual, result.ExitCode);
        Assert.Matches(@"student .* NO\b", result.Output);
        Assert.StartsWith("NOT EQUAL:", result.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_speed_of_a_run_stands_before_the_verdict()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.Completed, Runs.Tenant("7", States.Completed, null, Runs.Done("student", 10)))
            with { Live = new LiveFigures(11_000, 2.2, null, null, null, 0, null, null) });

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Equal("Speed: 11,000 rows/s and 2.2 MB/s.", result.Lines()[^2]);
        Assert.StartsWith("Equal:", result.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_run_shows_every_tenants_failure()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Failed("1 of 2 tenants failed", null, "MIG4003 student: refused."));

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("Tenant 1 failed: MIG4003 student: refused.", result.Output, StringComparison.Ordinal);
        Assert.Contains("Failure: 1 of 2 tenants failed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_says_how_to_go_on()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.Interrupted));

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("Start the manifest again", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_service_speaks_for_itself()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get,
            Runs.Of(States.Running, Runs.Tenant("7", States.Running, null, Runs.AtWork("student", 1, 4, 10_000))));

        var result = await Cli.RunAsync(service, "status", Runs.Id, "--json");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(10_000,
            result.Json().GetProperty("tenants")[0].GetProperty("entities")[0].GetProperty("rowsRead").GetInt64());
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Without_a_run_the_runs_are_listed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/migrations", new
        {
            migrations = new[]
            {
                new RunSummary("run-b", "school-district", RunMode.DryRun, States.Running, Runs.Requested, null),
                new RunSummary("run-a", "school-district", RunMode.Full, States.Failed, Runs.Requested,
                    Runs.Requested.AddSeconds(61)),
            },
        });

        var text = await Cli.RunAsync(service, "status");
        var json = await Cli.RunAsync(service, "status", "--json");

        Assert.Equal(ExitCodes.Done, text.ExitCode);
        Assert.Contains(text.Lines(), l => l.Contains("run-b") && l.Contains("dryRun") && l.Contains("running"));
        Assert.Contains(text.Lines(), l => l.Contains("run-a") && l.Contains("0:01:01"));
        Assert.Equal(2, json.Json().GetProperty("migrations").GetArrayLength());
    }
}
