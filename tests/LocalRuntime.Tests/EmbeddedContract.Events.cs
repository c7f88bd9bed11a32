using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public abstract partial class EmbeddedContract
{
    [Fact]
    public async Task Events_are_buffered_until_they_are_waited_for_and_match_without_regard_to_case()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "EventPair", new StartOrchestrationOptions("e1", host.Time.GetUtcNow().AddMinutes(1)));
        await host.Client.RaiseEventAsync("e1", "approval", "one");
        await host.Client.RaiseEventAsync("e1", "aPProval", "two");
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("one,two", (await host.EndOfAsync("e1")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_that_times_out_is_cancelled()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("EventOrTimeout");
        Assert.Equal(TimeSpan.FromMinutes(5), await host.UntilTimerAsync(id));
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("timeout", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_for_an_instance_that_does_not_exist_or_has_ended_is_refused()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Chain", "a", "ended");
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync("ended", "approval", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RaiseEventAsync("nobody", "approval", 1));
        Assert.Empty(host.Waiting("ended"));
        Assert.Empty(host.Waiting("nobody"));
    }

    [Fact]
    public async Task Continue_as_new_carries_unprocessed_events_and_begins_with_an_empty_history()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Counter", 1, new StartOrchestrationOptions("c1", host.Time.GetUtcNow().AddMinutes(1)));
        foreach (var item in new[] { "a", "b", "c" })
        {
            await host.Client.RaiseEventAsync(id, "item", item);
        }

        host.Time.Advance(TimeSpan.FromMinutes(2));
        var ended = await host.EndOfAsync(id);
        Assert.Equal("c", ended.ReadOutputAs<string>());
        Assert.Equal(3, ended.ReadInputAs<int>());
        Assert.Equal("\"round 3\"", ended.SerializedCustomStatus);
        Assert.Single(host.History(id).OfType<ExecutionStartedEvent>());
        Assert.Single(host.History(id).OfType<EventRaisedEvent>());
    }

    [Fact]
    public async Task A_durable_timer_outlives_a_crash()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Sleep");
        Assert.Equal(TimeSpan.FromDays(3), await host.UntilTimerAsync(id));
        await host.CrashAndReopenAsync();
        host.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        host.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        var woken = (await host.EndOfAsync(id)).ReadOutputAs<DateTime>();
        Assert.InRange(woken, new DateTime(2026, 3, 4, 8, 0, 0, DateTimeKind.Utc), new DateTime(
            2026, 3, 4, 8, 0, 2, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_start_in_the_future_waits_as_pending_over_a_crash()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Chain", "a", new StartOrchestrationOptions("later", host.Time.GetUtcNow().AddHours(1)));
        await host.CrashAndReopenAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("later"))!.RuntimeStatus);
        host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("a+++", (await host.EndOfAsync("later")).ReadOutputAs<string>());
    }
}
