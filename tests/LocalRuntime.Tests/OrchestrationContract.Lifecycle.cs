using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public abstract partial class OrchestrationContract
{
    [Fact]
    public async Task While_suspended_a_running_activity_ends_and_its_result_waits_for_the_resumption()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        await host.World.UntilCount("Gated.one", 1);
        await host.Client.SuspendInstanceAsync(id, "test");
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        host.World.Release("one");
        await host.World.UntilCount(RuntimeSeams.ActivityAfterHistory, 1);
        await host.CrashAndReopenAsync();
        var suspended = await host.Client.GetInstanceAsync(id, true);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Suspended, "\"first\""),
            (suspended!.RuntimeStatus, suspended.SerializedCustomStatus));
        await host.Client.ResumeInstanceAsync(id);
        await host.UntilCustomStatusAsync(id, "\"second\"");
        host.World.Release("two");
        Assert.Equal(2, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(1, host.World.CountOf("Gated.one"));
    }

    [Fact]
    public async Task An_instance_suspended_before_its_start_starts_when_it_is_resumed()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Chain", "a", new StartOrchestrationOptions("s1", host.Time.GetUtcNow().AddMinutes(1)));
        await host.Client.SuspendInstanceAsync("s1");
        await host.UntilStatusAsync("s1", OrchestrationRuntimeStatus.Suspended);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.Client.ResumeInstanceAsync("s1");
        Assert.Equal("a+++", (await host.EndOfAsync("s1")).ReadOutputAs<string>());
    }

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

    [Theory]
    [InlineData(true, OrchestrationRuntimeStatus.Terminated)]
    [InlineData(false, OrchestrationRuntimeStatus.Running)]
    public async Task A_termination_reaches_the_called_orchestrations_only_when_it_is_recursive(
        bool recursive, OrchestrationRuntimeStatus child)
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Spawner", new StartOrchestrationOptions("t1"));
        await host.UntilCustomStatusAsync("t1:child", "\"waiting\"");
        await host.Client.TerminateInstanceAsync("t1", new TerminateInstanceOptions(Recursive: recursive));
        await host.UntilStatusAsync("t1", OrchestrationRuntimeStatus.Terminated);
        await host.UntilStatusAsync("t1:child", child);
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

    [Fact]
    public async Task Of_many_starts_of_one_id_at_once_one_is_taken()
    {
        await using var host = await StartAsync();
        var starts = Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync(
                    "WaitForever", new StartOrchestrationOptions("same"));
                return 1;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return 0;
            }
        });
        Assert.Equal(1, (await Task.WhenAll(starts)).Sum());
    }

    [Fact]
    public async Task A_purge_deletes_ended_instances_only_with_all_that_they_left()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Parent", "Child", "gone");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForever", new StartOrchestrationOptions("stays"));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("stays")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("never was")).PurgedInstanceCount);
        Assert.Equal(
            2, (await host.Client.PurgeInstanceAsync("gone", new PurgeInstanceOptions(true))).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("gone"));
        Assert.Null(await host.Client.GetInstanceAsync("gone:child"));
        Assert.Empty(host.Engine.Store.History("gone"));
        await host.RunAsync("Chain", "a", "old");
        var all = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());
        Assert.Equal(1, all.PurgedInstanceCount);
        Assert.NotNull(await host.Client.GetInstanceAsync("stays"));
    }

    [Fact]
    public async Task A_query_pages_through_all_that_match_and_no_others()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 7; i++)
        {
            await host.RunAsync("Chain", "a", "run-" + i);
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await host.RunAsync("Throw", "a", "run-failed");
        await host.RunAsync("Chain", "a", "other");
        var query = new OrchestrationQuery(
            CreatedFrom: new DateTimeOffset(2026, 3, 1, 8, 2, 0, TimeSpan.Zero),
            Statuses: [OrchestrationRuntimeStatus.Completed],
            InstanceIdPrefix: "run-",
            PageSize: 2);
        List<int> sizes = [];
        List<string> ids = [];
        await foreach (var page in host.Client.GetAllInstancesAsync(query).AsPages())
        {
            sizes.Add(page.Values.Count);
            ids.AddRange(page.Values.Select(found => found.InstanceId));
        }

        Assert.Equal([2, 2, 1], sizes);
        Assert.Equal(["run-2", "run-3", "run-4", "run-5", "run-6"], ids);
    }
}
