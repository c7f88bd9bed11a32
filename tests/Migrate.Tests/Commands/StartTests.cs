using System.Text.Json;
using Migrate.Tests.Running;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Tests.Commands;

public sealed class StartTests
{
    const string Start = "POST /api/migrations";

    static readonly object Accepted = new
    {
        runId = Runs.Id,
        status = "pending",
        statusUri = "http://host/api/migrations/" + Runs.Id,
        tenants = 3,
        management = new { terminatePostUri = "http://host/runtime/webhooks/x?code=systemsecret" },
    };

    [Fact]
    public async Task Every_option_goes_into_the_request()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Start, Accepted, 202);

        var result = await Cli.RunAsync(service,
            "start", "school-district", "--mode", "rehearsal", "--tenant", "7", "--tenant", "0012", "--entity",
            "student",
            "--batch-size", "-5", "--batch-window", "3", "--tenant-window", "4", "--reject-limit", "0",
            "--source-readers", "5", "--target-writers", "6", "--throttle", "off", "--blackout", "sun 08:00-09:00",
            "--write-path", "staged", "--isolation", "snapshot", "--command-timeout", "9");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(
            """
            {"manifest":"school-district","mode":"rehearsal","tenants":["7","0012"],"entities":["student"],
            "options":{"batchSize":-5,"batchWindow":3,"tenantWindow":4,
            "sourceReaders":5,"targetWriters":6,"throttle":{"mode":"off"},
            "blackouts":[{"days":["sunday"],"from":"08:00","to":"09:00"}],"rejectLimit":0,
            "writePath":"staged","isolation":"snapshot","commandTimeoutSeconds":9}}
            """.ReplaceLineEndings(""),
            Assert.Single(service.Requests).Body);
        Assert.Contains($"migrate status {Runs.Id} --watch", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_given_is_left_to_the_manifest_and_the_mode_is_the_harmless_one()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Start, Accepted, 202);

        await Cli.RunAsync(service, "start", "school-district");

        Assert.Equal("""{"manifest":"school-district","mode":"dryRun"}""", Assert.Single(service.Requests).Body);
    }

    [Theory]
    [InlineData("start", "--tenant=")]
    [InlineData("start", "--tenant", "")]
    [InlineData("start", "--tenant", "1", "--entity", "--mode", "full")]
    [InlineData("start", "--entity", "--tenant", "1")]
    [InlineData("reconcile", "--tenant", "1", "")]
    [InlineData("reconcile", "--entity=")]
    public async Task A_list_with_an_empty_value_selects_nothing_and_is_never_sent(string command, params string[] options)
    {
        await using var service = await ScriptedService.StartAsync();

        var result = await Cli.RunAsync(service, [command, "school-district", .. options]);

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains("needs a value", result.Error, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task With_json_the_run_is_one_document_without_the_keys_of_the_management_addresses()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Start, Accepted, 202);

        var result = await Cli.RunAsync(service, "start", "school-district", "--json");

        Assert.Equal(Runs.Id, result.Json().GetProperty("runId").GetString());
        Assert.Equal(3, result.Json().GetProperty("tenants").GetInt32());
        Assert.DoesNotContain("systemsecret", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData(400, ErrorCodes.ManifestNotFound, ExitCodes.WrongUse)]
    [InlineData(409, ErrorCodes.TenantLocked, ExitCodes.Conflict)]
    [InlineData(503, ErrorCodes.SourceUnreachable, ExitCodes.CannotConnect)]
    [InlineData(422, ErrorCodes.TargetTableMissing, ExitCodes.Failed)]
    public async Task A_refusal_shows_every_problem(int status, string code, int exitCode)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems(Start, status, Runs.Problem(code), Runs.Problem("MIG1060"));

        var text = await Cli.RunAsync(service, "start", "x", "--wait");
        var json = await Cli.RunAsync(service, "start", "x", "--json");

        Assert.Equal((exitCode, exitCode), (text.ExitCode, json.ExitCode));
        Assert.Empty(text.Output);
        Assert.Contains($"dbo.Student: {code} Something is wrong.  -> Make it right.", text.Error,
            StringComparison.Ordinal);
        Assert.Contains("MIG1060", text.Error, StringComparison.Ordinal);
        Assert.Equal($"Title {status}.", json.Json().GetProperty("error").GetString());
        Assert.Equal(status, json.Json().GetProperty("status").GetInt32());
        Assert.Equal(2, json.Json().GetProperty("problems").GetArrayLength());
    }

    [Theory]
    [InlineData(States.Completed, ExitCodes.Done)]
    [InlineData(States.CompletedWithRejects, ExitCodes.Done)]
    [InlineData(States.Terminated, ExitCodes.Failed)]
    public async Task Waiting_ends_with_the_verdict(string status, int exitCode)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Start, Accepted, 202)
            .On(Runs.Get, Runs.Of(States.Pending)).On(Runs.Get, Runs.Of(States.Running)).On(Runs.Get, Runs.Of(status));

        var result = await Cli.RunAsync(service, "start", "school-district", "--wait", "--json");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(status, result.Json().GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Object, result.Json().ValueKind);
        Assert.Equal(3, service.Requests.Count(r => r.Line == Runs.Get));
    }
}
