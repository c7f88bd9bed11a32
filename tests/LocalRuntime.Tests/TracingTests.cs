using System.Diagnostics;
using LocalRuntime.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Tests;

/// <summary>One trace from whoever schedules an orchestration to the last of its activities.</summary>
public sealed class TracingTests
{
    const string TreeOfScenario =
        """
        create_orchestration:Scenario
          activity:Append x2
          create_orchestration:Child
            orchestration:Child x2
          orchestration:Scenario
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trace_goes_from_the_caller_over_continue_as_new_to_sub_orchestrations(bool extendedSessions)
    {
        await using var host = await TestHost.StartAsync(extendedSessions);
        using var spans = new SpanCollector();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Scenario", new Progress(0, "-"));
        await host.UntilCustomStatusAsync(id, "\"last round\"");
        await host.Client.RaiseEventAsync(id, "finish", "done");
        await host.EndOfAsync(id);
        await host.CloseAsync();
        await host.OpenAsync();

        Assert.Equal(TreeOfScenario, spans.Tree());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trace_goes_on_after_a_crash_and_what_was_over_is_not_shown_again(bool crash)
    {
        await using var host = await TestHost.StartAsync();
        using var spans = new SpanCollector();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        host.World.Release("one");
        await host.World.UntilCount("Gated.two", 1);
        var before = spans.Ended.Select(span => span.DisplayName).Order(StringComparer.Ordinal);
        Assert.Equal(["activity:Gated", "create_orchestration:TwoGates"], before);

        await (crash ? host.CrashAndReopenAsync() : host.RestartAsync());
        host.World.Release("two");
        await host.EndOfAsync(id);
        await host.CloseAsync();
        await host.OpenAsync();

        var create = Assert.Single(spans.Ended, span => span.DisplayName == "create_orchestration:TwoGates");
        Assert.Equal(spans.Caller.SpanId, create.ParentSpanId);
        Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:TwoGates");
        Assert.All(spans.Ended.Where(span => span != create), span => Assert.Equal(create.SpanId, span.ParentSpanId));
        Assert.Equal(
            [0, 1], spans.Ended.Select(span => span.GetTagItem("durabletask.task.task_id")).OfType<int>().Distinct().Order());
    }

    [Fact]
    public async Task A_span_shows_an_orchestration_from_its_creation_to_its_end_and_that_it_failed()
    {
        await using var host = await TestHost.StartAsync();
        using var spans = new SpanCollector();
        var failed = await host.Client.ScheduleNewOrchestrationInstanceAsync("Throw", "a secret");
        await host.EndOfAsync(failed);
        var waiting = await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForever");
        await host.UntilCustomStatusAsync(waiting, "\"waiting\"");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        await host.Client.TerminateInstanceAsync(waiting);
        await host.EndOfAsync(waiting);
        await host.CloseAsync();
        await host.OpenAsync();

        var throws = Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:Throw");
        Assert.Equal((ActivityStatusCode.Error, "Failed"), (throws.Status, throws.StatusDescription));
        Assert.DoesNotContain(throws.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
        var terminated = Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:WaitForever");
        Assert.Equal((TimeSpan.FromMinutes(5), "Terminated"), (terminated.Duration, terminated.StatusDescription));
    }

    [Fact]
    public async Task Without_a_listener_an_instance_has_the_context_of_its_caller_or_none()
    {
        await using var host = await TestHost.StartAsync();
        var alone = await host.RunAsync("Chain", "a");
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        caller.TraceStateString = "vendor=1";
        var called = await host.RunAsync("Parent", "Child", "traced");

        Assert.Equal("Completed", called.RuntimeStatus.ToString());
        Assert.Null(host.Engine.Store.Find(alone.InstanceId)!.Trace);
        foreach (var id in new[] { "traced", "traced:child" })
        {
            var context = host.Engine.Store.Find(id)!.Trace!.ToContext();
            Assert.Equal((caller.TraceId, "vendor=1"), (context.TraceId, context.TraceState));
        }
    }

    [Fact]
    public async Task A_history_of_layout_1_is_taken_over_with_all_that_is_under_way()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoGates");
        host.World.Release("one");
        await host.World.UntilCount("Gated.two", 1);
        await host.CloseAsync();
        using (var connection = new StoreConnection(Path.Combine(host.Folder, "history.db")))
        {
            // As the version before wrote it: the two columns are all that is new.
            connection.Execute("ALTER TABLE instance DROP COLUMN trace_parent");
            connection.Execute("ALTER TABLE instance DROP COLUMN trace_state");
            connection.Execute("PRAGMA user_version = 1");
        }

        await host.OpenAsync();
        host.World.Release("two");
        Assert.Equal(3, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        await host.CloseAsync();
        using (var connection = new StoreConnection(Path.Combine(host.Folder, "history.db")))
        {
            Assert.Equal(2L, connection.Scalar("PRAGMA user_version"));
        }

        await host.OpenAsync();
    }

    [Fact]
    public async Task A_call_of_an_HTTP_function_has_a_span_that_its_orchestration_is_a_part_of()
    {
        await using var host = await TestHost.StartAsync();
        using var spans = new SpanCollector();
        var key = host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey;
        using var started = await host.Http.PostAsync($"/api/start/Chain/traced?code={key}", null);
        await host.EndOfAsync("traced");
        await host.CloseAsync();
        await host.OpenAsync();

        var server = Assert.Single(spans.Ended, span => span.Source.Name == "Microsoft.AspNetCore");
        Assert.Equal(
            """
            function StartChain
              create_orchestration:Chain
                activity:Append x3
                orchestration:Chain
            """, spans.Tree(server.SpanId));
    }
}
