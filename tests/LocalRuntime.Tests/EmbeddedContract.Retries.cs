
namespace LocalRuntime.Tests;

public abstract partial class EmbeddedContract
{
    [Theory]
    [InlineData(3, 1.0, 2, null, null, null, new[] { 10 }, "attempt 2")]
    [InlineData(4, 3.0, 9, 25, null, null, new[] { 10, 25, 25 }, "System.TimeoutException: attempt 4")]
    [InlineData(9, 1.0, 99, null, 15, null, new[] { 10, 10 }, "System.TimeoutException: attempt 3")]
    [InlineData(1, 1.0, 2, null, null, null, new int[0], "System.TimeoutException: attempt 1")]
    [InlineData(2, 1.0, 2, null, null, "only time-outs", new[] { 10 }, "attempt 2")]
    public async Task A_retry_policy_waits_by_durable_timers_as_its_fields_say(
        int attempts,
        double backoff,
        int succeedsAt,
        int? max,
        int? timeout,
        string? handled,
        int[] waits,
        string expected)
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Retrying", new RetryCase(attempts, backoff, succeedsAt, max, timeout, handled));
        foreach (var seconds in waits)
        {
            var wait = await host.UntilTimerAsync(id);
            Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
            host.Time.Advance(wait);
        }

        Assert.Equal(expected, (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal(waits.Length + 1, host.World.CountOf("FailsUntil"));
    }

    [Fact]
    public async Task A_retry_goes_on_after_a_crash_where_it_was()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Retrying", new RetryCase(5, 2, 3));
        host.Time.Advance(await host.UntilTimerAsync(id));
        Assert.Equal(TimeSpan.FromSeconds(20), await host.UntilTimerAsync(id));
        await host.CrashAndReopenAsync();
        host.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("attempt 3", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
