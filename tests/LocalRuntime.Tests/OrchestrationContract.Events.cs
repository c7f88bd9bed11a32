using Microsoft.DurableTask;

namespace LocalRuntime.Tests;

public abstract partial class OrchestrationContract
{
    [Fact]
    public async Task An_event_that_comes_in_time_wins_over_the_timeout()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("EventOrTimeout");
        await host.UntilCustomStatusAsync(id, "\"waiting\"");
        await host.Client.RaiseEventAsync(id, "GO", "now");
        Assert.Equal("now", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestration_can_send_an_event_to_another()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("EventPair", new StartOrchestrationOptions("e2"));
        await host.RunAsync("SendsEvent", "e2", "s1");
        await host.RunAsync("SendsEvent", "e2", "s2");
        Assert.Equal("from s1,from s2", (await host.EndOfAsync("e2")).ReadOutputAs<string>());
    }
}
