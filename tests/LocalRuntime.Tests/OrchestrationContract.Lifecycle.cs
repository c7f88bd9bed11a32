using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public abstract partial class OrchestrationContract
{
    [Fact]
    public async Task What_is_suspended_cannot_be_suspended_nor_what_runs_be_resumed_nor_what_has_ended_be_steered()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.ResumeInstanceAsync(id));
        await host.Client.SuspendInstanceAsync(id);
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.SuspendInstanceAsync(id));
        await host.Client.TerminateInstanceAsync(id);
        await host.EndOfAsync(id);
        foreach (var steer in (Func<string, Task>[])
            [i => host.Client.SuspendInstanceAsync(i), i => host.Client.ResumeInstanceAsync(i), i => host.Client.TerminateInstanceAsync(i)])
        {
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => steer(id));
            Assert.Contains("in the Terminated state", refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ArgumentException>(() => steer("nobody"));
        }
    }

    [Fact]
    public async Task A_terminated_instance_shows_the_given_output_and_drops_what_comes_later()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        await host.Client.TerminateInstanceAsync(id, (object)"enough");
        var ended = await host.EndOfAsync(id);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        host.World.Release("one");
        await host.World.UntilCount(RuntimeSeams.ActivityAfterHistory, 1);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        Assert.Equal(0, host.World.CountOf("Gated.two"));
    }

    [Fact]
    public async Task A_termination_does_not_reach_the_called_orchestrations()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Spawner", new StartOrchestrationOptions("t1"));
        await host.UntilCustomStatusAsync("t1:child", "\"waiting\"");
        await Assert.ThrowsAsync<NotSupportedException>(
            () => host.Client.TerminateInstanceAsync("t1", new TerminateInstanceOptions(Recursive: true)));
        await host.Client.TerminateInstanceAsync("t1");
        await host.UntilStatusAsync("t1", OrchestrationRuntimeStatus.Terminated);
        await host.UntilStatusAsync("t1:child", OrchestrationRuntimeStatus.Running);
    }

    [Fact]
    public async Task A_terminated_sub_orchestration_fails_its_call()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Parent", "WaitForever", new StartOrchestrationOptions("t2"));
        await host.UntilCustomStatusAsync("t2:child", "\"waiting\"");
        await host.Client.TerminateInstanceAsync("t2:child");
        Assert.Contains("terminated", (await host.EndOfAsync("t2")).ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_until_its_instance_has_ended()
    {
        await using var host = await StartAsync();
        var options = new StartOrchestrationOptions("one");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("EventPair", options);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Chain", "a", options));
        await host.Client.RaiseEventAsync("one", "approval", "x");
        await host.Client.RaiseEventAsync("one", "approval", "y");
        await host.EndOfAsync("one");
        var refusing = options.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Chain", "a", refusing));
        Assert.Equal("a+++", (await host.RunAsync("Chain", "a", "one")).ReadOutputAs<string>());
    }
}
