using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

/// <summary>The semantics of Durable Task, with orchestrators kept in memory and with replay in every turn.</summary>
public abstract class OrchestrationContract(bool extendedSessions)
{
    Task<TestHost> StartAsync() => TestHost.StartAsync(extendedSessions);

    [Fact]
    public async Task A_chain_of_activities_hands_each_result_to_the_next()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Chain", "a");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal("a+++", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_fan_out_runs_every_activity_once()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("FanOut", 40);
        Assert.Equal(Enumerable.Range(0, 40).Sum(i => i * i), ended.ReadOutputAs<int>());
        Assert.Equal(40, host.World.CountOf("Square"));
    }
}

public sealed class With_extended_sessions() : OrchestrationContract(extendedSessions: true);

public sealed class With_replay_in_every_turn() : OrchestrationContract(extendedSessions: false);
