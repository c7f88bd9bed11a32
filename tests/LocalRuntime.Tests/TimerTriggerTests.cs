namespace LocalRuntime.Tests;

public sealed class TimerTriggerTests
{
    [Fact]
    public async Task A_timer_function_is_called_at_each_occurrence_of_its_schedule()
    {
        await using var host = await TestHost.StartAsync();
        for (var call = 1; call <= 3; call++)
        {
            var armed = host.Time.GetUtcNow();
            host.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
            Assert.Equal(call - 1, host.World.CountOf("EveryFiveMinutes"));
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await host.World.UntilCount("EveryFiveMinutes", call);
            await UntilSavedAsync(host, armed.AddMinutes(5).UtcDateTime);
        }

        var timers = host.World.Timers
            .Where(called => called.Function == "EveryFiveMinutes")
            .Select(called => called.Timer)
            .ToList();
        Assert.All(timers, timer => Assert.False(timer.IsPastDue));
        Assert.Equal(new DateTime(2026, 3, 1, 8, 10, 0), timers[2].ScheduleStatus!.Last);
        Assert.Equal(new DateTime(2026, 3, 1, 8, 15, 0), timers[2].ScheduleStatus!.Next);
    }

    [Fact]
    public async Task Occurrences_missed_while_the_host_was_down_are_made_up_for_by_one_call_past_due()
    {
        await using var host = await TestHost.StartAsync();
        host.Time.Advance(TimeSpan.FromMinutes(5));
        await host.World.UntilCount("EveryFiveMinutes", 1);
        await UntilSavedAsync(host, new DateTime(2026, 3, 1, 8, 5, 0));
        await host.CloseAsync();
        host.Time.Advance(TimeSpan.FromMinutes(32));
        await host.OpenAsync();
        await host.World.UntilCount("EveryFiveMinutes", 2);
        await UntilSavedAsync(host, new DateTime(2026, 3, 1, 8, 37, 0));
        var called = host.World.Timers.Where(timer => timer.Function == "EveryFiveMinutes").ToList();
        Assert.True(called[1].Timer.IsPastDue);
        Assert.Equal(new DateTime(2026, 3, 1, 8, 10, 0), called[1].Timer.ScheduleStatus!.Next);
        Assert.Equal(2, called.Count);
    }

    [Fact]
    public async Task A_schedule_in_percent_signs_comes_from_the_configuration_and_may_start_orchestrations()
    {
        await using var host = await TestHost.StartAsync(settings: new() { ["NightlySchedule"] = "30 15 8 * * *" });
        host.Time.Advance(new TimeSpan(0, 15, 30));
        await host.World.UntilCount("Nightly", 1);
    }

    [Fact]
    public async Task A_function_that_runs_on_startup_is_called_once_and_without_status()
    {
        await using var host = await TestHost.StartAsync();
        await host.World.UntilCount("AtStart", 1);
        var (_, timer) = Assert.Single(host.World.Timers, called => called.Function == "AtStart");
        Assert.Null(timer.ScheduleStatus);
        Assert.False(timer.IsPastDue);
    }

    [Theory]
    [InlineData(null, "'NightlySchedule', which is not set")]
    [InlineData("every night", "no NCRONTAB expression")]
    [InlineData("0 61 * * * *", "no NCRONTAB expression")]
    public async Task A_schedule_that_cannot_be_read_stops_the_start_and_names_its_function(
        string? schedule, string part)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestHost.StartAsync(settings: new() { ["NightlySchedule"] = schedule }));
        Assert.Contains("'Nightly'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    // The next occurrence is planned once the last one is on disk; the store's single writer makes that visible.
    static async Task UntilSavedAsync(TestHost host, DateTime last)
    {
        using var late = new CancellationTokenSource(TestHost.HangGuard);
        while ((await host.Hub.Schedules.FindAsync("EveryFiveMinutes", late.Token))?.Last != last)
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
