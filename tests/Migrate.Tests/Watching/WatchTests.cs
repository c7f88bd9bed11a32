using Migrate.Tests.Running;
using Migrate.Watching;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Tests.Watching;

public sealed class WatchTests
{
    [Fact]
    public async Task In_a_log_a_line_comes_only_when_something_changed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, Runs.Of(States.Running, Runs.Tenant("7", States.Pending, null)))
            .On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(2))
            .On(Runs.Get,
                Runs.Of(States.Completed, Runs.Tenant("7", States.Completed, null, Runs.Done("student", 30_000))));

        var result = await Cli.RunAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        var stamped = result.Lines().Where(l => l.StartsWith("2026-03-01T08:00:", StringComparison.Ordinal))
            .Select(l => l[21..]);
        Assert.Equal(
            [
                "tenant 7 running",
                "running  batches 1/3  read 10,000  written 10,000  rejected 0  filtered 0",
                "running  batches 2/3  read 20,000  written 20,000  rejected 0  filtered 0",
                "tenant 7 completed",
                "completed  batches 3/3  read 30,000  written 30,000  rejected 0  filtered 0",
            ],
            stamped);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.StartsWith("Equal:", result.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_speed_stands_beside_what_changed_and_is_no_change_itself()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, AtWork(1))
            .On(Runs.Get, AtWork(1) with { Live = Runs.Fast(12_345, 62) })
            .On(Runs.Get, AtWork(1) with { Live = Runs.Fast(12_346, 61) })
            .On(Runs.Get, AtWork(2) with { Live = Runs.Fast(9_000, null) })
            .On(Runs.Get, Runs.Of(States.Completed));

        var result = await Cli.RunAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(
            [
                "running  batches 1/3  read 10,000  written 10,000  rejected 0  filtered 0  "
                    + "12,345 rows/s and 2.5 MB/s now, 11,000 rows/s overall, 0:01:02 left",
                "running  batches 2/3  read 20,000  written 20,000  rejected 0  filtered 0  "
                    + "9,000 rows/s and 2.5 MB/s now, 11,000 rows/s overall",
            ],
            result.Lines().Where(l => l.Contains("Z running", StringComparison.Ordinal)).Select(l => l[21..]));
    }

    [Fact]
    public async Task At_a_terminal_the_speed_the_time_left_and_the_slowest_batch_are_shown()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, AtWork(1))
            .On(Runs.Get, AtWork(1) with { Live = Runs.Fast(12_345, 62) })
            .On(Runs.Get, Runs.Of(States.Completed));

        var result = await new Cli { OnTerminal = true }.InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Contains(
            "12,345 rows/s and 2.5 MB/s now, 11,000 rows/s overall, 0:01:02 left", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Slowest batch: 12 of student, tenant 7: 20,000 rows in 4.2 s.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_terminal_bars_are_redrawn_in_place_and_the_report_stays()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(2))
            .On(Runs.Get,
                Runs.Of(States.Completed, Runs.Tenant("7", States.Completed, null, Runs.Done("student", 30_000))));

        var result = await new Cli { OnTerminal = true }.InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("7 Springfield: student", result.Output, StringComparison.Ordinal);
        Assert.Contains(new string('\u2588', 16) + new string('\u2591', 8) + " 2/3", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("\u001b[2K", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("Equal: source 30,000, written 30,000, rejected 0, filtered 0.\n", result.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_only_the_last_status_is_on_standard_output_also_at_a_terminal()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(2)).On(Runs.Get, Runs.Of(States.Terminated));

        var result = await new Cli { OnTerminal = true }.InvokeAsync(service, "status", Runs.Id, "--watch", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(States.Terminated, result.Json().GetProperty("status").GetString());
        Assert.Contains("batches 2/3", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_restarts_is_waited_for()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1));
        for (var i = 0; i < 20; i++)
            service.OnProblems(Runs.Get, 503, Runs.Problem(ErrorCodes.TargetUnreachable));
        service.On(Runs.Get, Runs.Of(States.Completed));

        var result = await Cli.RunAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Single(result.Lines(), l => l.Contains("Asking again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_stays_away_ends_the_watch_with_3()
    {
        await using var service = await ScriptedService.StartAsync();
        var clock = new EagerClock();
        service.On(Runs.Get, AtWork(1)).OnProblems(Runs.Get, 503, Runs.Problem(ErrorCodes.TargetUnreachable));

        var result = await new Cli { Clock = clock }.InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Contains(ErrorCodes.TargetUnreachable, result.Error, StringComparison.Ordinal);
        Assert.InRange(clock.Passed, Watcher<MigrationStatus>.Patience, Watcher<MigrationStatus>.Patience + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_wrong_run_or_address_is_told_at_once()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems(Runs.Get, 503, Runs.Problem(ErrorCodes.TargetUnreachable));

        var result = await Cli.RunAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task A_run_that_nothing_executes_ends_the_watch_with_4_after_a_grace()
    {
        await using var service = await ScriptedService.StartAsync();
        var clock = new EagerClock();
        service.On(Runs.Get, Runs.Of(States.Interrupted));

        var result = await new Cli { Clock = clock }.InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.InRange(clock.Passed, Watcher<MigrationStatus>.Grace, Watcher<MigrationStatus>.Grace + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ctrl_C_stops_the_watch_and_leaves_the_run_alone(bool onTerminal)
    {
        await using var service = await ScriptedService.StartAsync();
        using var stop = new CancellationTokenSource();
        service.On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1)).On(Runs.Get, async http =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        var result = await new Cli { OnTerminal = onTerminal, Stop = stop.Token }
            .InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
        Assert.Contains("the run goes on", result.Error, StringComparison.Ordinal);
        Assert.All(service.Requests, r => Assert.Equal(Runs.Get, r.Line));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0.2)]
    [InlineData("600", 30)]
    [InlineData("Sun, 01 Mar 2026 08:00:05 GMT", 5)]
    public async Task The_service_says_when_to_ask_again_within_reason(string retryAfter, double seconds)
    {
        await using var service = await ScriptedService.StartAsync();
        var clock = new EagerClock();
        service.On(Runs.Get, AtWork(1)).On(Runs.Get, AtWork(1), header: ("Retry-After", retryAfter))
            .On(Runs.Get, Runs.Of(States.Completed));

        await new Cli { Clock = clock }.InvokeAsync(service, "status", Runs.Id, "--watch");

        Assert.Equal(TimeSpan.FromSeconds(seconds), clock.Passed);
    }

    static MigrationStatus AtWork(int done) =>
        Runs.Of(States.Running, Runs.Tenant("7", States.Running, null, Runs.AtWork("student", done, 3, done * 10_000)));
}
