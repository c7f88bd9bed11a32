using Migrate.Tests.Running;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Tests.Commands;

public sealed class AdjustTests
{
    const string Adjust = "PATCH /api/migrations/" + Runs.Id;

    static readonly AdjustedRun Adjusted = new(
        Runs.Id,
        RunLimits.Of(new MigrationOptions
        {
            SourceReaders = 2,
            Blackouts = [new Blackout { Days = [DayOfWeek.Monday], From = "07:00", To = "16:00", TimeZone = "UTC" }],
        }),
        new ThrottleStatus(2, 4, "sessions wait in 75% of their time, mostly for IO:WALSync", Runs.Requested));

    [Fact]
    public async Task Every_option_goes_into_the_request_and_the_limits_in_force_are_told()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Adjust, Adjusted);

        var result = await Cli.RunAsync(service,
            "adjust", Runs.Id, "--source-readers", "2", "--target-writers", "0", "--batch-window", "3",
            "--tenant-window", "4", "--reject-limit", "5", "--throttle", "off", "--throttle-minimum", "6",
            "--throttle-latency-factor", "2.5", "--throttle-interval", "7", "--blackout",
            "fri-mon,wednesday 22:00-06:30", "--blackout", "sat 00:00-24:00 America/Chicago");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Equal(
            """
            {"sourceReaders":2,"targetWriters":0,"batchWindow":3,"tenantWindow":4,"rejectLimit":5,
            "throttle":{"mode":"off","minimum":6,"latencyFactor":2.5,"intervalSeconds":7},
            "blackouts":[{"days":["friday","saturday","sunday","monday","wednesday"],"from":"22:00","to":"06:30"},
            {"days":["saturday"],"from":"00:00","to":"24:00","timeZone":"America/Chicago"}]}
            """.ReplaceLineEndings(""),
            Assert.Single(service.Requests).Body);
        Assert.Equal(
            [
                $"Run {Runs.Id}: 2 readers, 4 writers, 4 batches of an entity, 2 tenants at a time; "
                    + "1,000 rejected rows a tenant.",
                "Throttle: 2 of 4 writers since 2026-03-01 08:00:00 UTC "
                    + "(sessions wait in 75% of their time, mostly for IO:WALSync)",
                "Blackout monday 07:00-16:00 UTC",
            ],
            result.Lines());
    }

    [Fact]
    public async Task Blackouts_can_be_lifted_and_what_is_not_given_stays()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Adjust, Adjusted);

        var result = await Cli.RunAsync(service, "adjust", Runs.Id, "--no-blackouts", "--json");

        Assert.Equal("""{"blackouts":[]}""", Assert.Single(service.Requests).Body);
        Assert.Equal(2, result.Json().GetProperty("throttle").GetProperty("window").GetInt32());
    }

    [Theory]
    [InlineData(400, ErrorCodes.OptionOutOfRange, ExitCodes.WrongUse)]
    [InlineData(404, ErrorCodes.RunNotFound, ExitCodes.WrongUse)]
    [InlineData(409, ErrorCodes.RunNotSteerable, ExitCodes.Conflict)]
    public async Task A_refusal_shows_its_problems(int status, string code, int exitCode)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems(Adjust, status, Runs.Problem(code));

        var result = await Cli.RunAsync(service, "adjust", Runs.Id, "--source-readers", "0");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Say what to change", "--timeout", "5")]
    [InlineData("--blackout 'monday'", "--blackout", "monday")]
    [InlineData("--blackout 'mo 07:00-16:00'", "--blackout", "mo 07:00-16:00")]
    [InlineData("exclude each other", "--no-blackouts", "--blackout", "mon 07:00-16:00")]
    public async Task Wrong_use_is_told_without_asking_the_service(string message, params string[] arguments)
    {
        await using var service = await ScriptedService.StartAsync();

        var result = await Cli.RunAsync(service, ["adjust", Runs.Id, .. arguments]);

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task The_status_shows_where_the_throttle_of_a_run_at_work_stands()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.Running) with { Throttle = Adjusted.Throttle });

        var result = await Cli.RunAsync(service, "status", Runs.Id);

        Assert.Contains(
            "Throttle: 2 of 4 writers since 2026-03-01 08:00:00 UTC (sessions wait", result.Output,
            StringComparison.Ordinal);
    }
}
