using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public abstract partial class EmbeddedContract
{
    public static TheoryData<string> Seams => [.. RuntimeSeams.All];

    [Fact]
    public async Task An_activity_that_ran_at_a_crash_runs_again()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        await host.CrashAndReopenAsync();
        await host.World.UntilCount("Gated.one", 2);
        host.World.Release("one");
        host.World.Release("two");
        Assert.Equal(3, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_activity_that_has_answered_does_not_run_again_after_a_restart()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        host.World.Release("one");
        await host.World.UntilCount("Gated.two", 1);
        await host.RestartAsync();
        host.World.Release("two");
        Assert.Equal(3, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal((1, 2), (host.World.CountOf("Gated.one"), host.World.CountOf("Gated.two")));
    }

    [Theory]
    [MemberData(nameof(Seams))]
    public async Task A_crash_at_any_seam_loses_nothing(string seam)
    {
        var crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var armed = 1;
        TestHost? host = null;
        host = await StartAsync(name =>
        {
            if (name == seam && Interlocked.Exchange(ref armed, 0) == 1)
            {
                host!.Hub.Abandon();
                crashed.SetResult();
                throw new InvalidOperationException("crash at " + name);
            }
        });
        await using var owned = host;
        var first = DriveAsync(host);
        await Task.WhenAny(first, crashed.Task).WaitAsync(TestHost.HangGuard);
        Assert.True(crashed.Task.IsCompleted);
        await host.CrashAndReopenAsync();
        var ended = await DriveAsync(host);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Completed, "-++ done"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        Assert.InRange(host.World.CountOf("Append"), 2, 3);
    }

    /// <summary>Takes the scenario to its end from wherever it stands.</summary>
    static async Task<OrchestrationMetadata> DriveAsync(TestHost host)
    {
        const string Id = "scenario";
        if (await host.Client.GetInstanceAsync(Id) is null)
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync(
                "Scenario", new Progress(0, "-"), new StartOrchestrationOptions(Id));
        }

        await host.UntilCustomStatusAsync(Id, "\"last round\"");
        await SuspendAndResumeAsync(host, Id);
        await host.Client.RaiseEventAsync(Id, "finish", "done");
        return await host.EndOfAsync(Id);
    }

    // A crash leaves it open which of the two has happened, and each is refused in the state that it leads to.
    static async Task SuspendAndResumeAsync(TestHost host, string id)
    {
        if ((await host.Client.GetInstanceAsync(id))!.RuntimeStatus != OrchestrationRuntimeStatus.Suspended)
        {
            await host.Client.SuspendInstanceAsync(id);
            await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        }

        try
        {
            await host.Client.ResumeInstanceAsync(id);
        }
        catch (InvalidOperationException)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        }
    }

    [Fact]
    public async Task A_stop_in_order_waits_for_a_running_activity_within_its_grace()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        host.World.Release("one");
        await host.RestartAsync();
        host.World.Release("two");
        await host.EndOfAsync(id);
        Assert.Equal(1, host.World.CountOf("Gated.one"));
    }

    [Fact]
    public async Task A_stop_in_order_cancels_an_activity_that_outlasts_the_grace_and_it_runs_again()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        await host.RestartAsync();
        await host.World.UntilCount("Gated.one", 2);
        host.World.ReleaseAll();
        host.World.Release("two");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(id)).RuntimeStatus);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("kind")]
    [InlineData("order")]
    [InlineData("extra")]
    [InlineData("missing")]
    public async Task An_orchestrator_that_differs_from_its_history_fails_as_non_deterministic(string fault)
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Changing", fault);
        await host.World.UntilCount("Gated.change", 1);
        await host.CrashAndReopenAsync();
        host.World.Switch = 1;
        host.World.Release("change");
        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(
            "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", ended.FailureDetails!.ErrorType);
        Assert.StartsWith("Non-Deterministic workflow detected: ", ended.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task An_orchestrator_that_was_dropped_from_memory_is_replayed()
    {
        await using var host = await StartAsync(onSeam: null, maxLiveSessions: 1);
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => host.Client.ScheduleNewOrchestrationInstanceAsync("Sequence", 10)));
        foreach (var id in ids)
        {
            Assert.Equal(285, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        }

        Assert.Equal(80, host.World.CountOf("Square"));
    }
}

public sealed record Progress(int Round, string Text);
