using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public abstract partial class EmbeddedContract
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
        host.Time.Advance(TimeSpan.FromMinutes(2));
        await host.UntilStatusAsync("s1", OrchestrationRuntimeStatus.Suspended);
        await host.Client.ResumeInstanceAsync("s1");
        Assert.Equal("a+++", (await host.EndOfAsync("s1")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_purge_deletes_ended_instances_only_with_all_that_they_left()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Parent", "Child", "gone");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForever", new StartOrchestrationOptions("stays"));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("stays")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("never was")).PurgedInstanceCount);
        await Assert.ThrowsAsync<NotSupportedException>(
            () => host.Client.PurgeInstanceAsync("gone", new PurgeInstanceOptions(true)));
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("gone")).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("gone"));
        Assert.Empty(host.History("gone"));
        Assert.NotNull(await host.Client.GetInstanceAsync("gone:child"));
        await host.RunAsync("Chain", "a", "old");
        var all = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());
        Assert.Equal(2, all.PurgedInstanceCount);
        var running = await host.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending]));
        Assert.Equal(0, running.PurgedInstanceCount);
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
    public async Task A_sub_orchestration_whose_id_is_taken_fails_its_call()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "WaitForever", new Microsoft.DurableTask.StartOrchestrationOptions("p3:child"));
        var ended = await host.RunAsync("Parent", "Child", "p3");
        Assert.StartsWith(
            "Child|DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException|", ended.ReadOutputAs<string>());
    }
}
