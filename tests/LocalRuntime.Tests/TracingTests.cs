using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Tests;

/// <summary>One trace from whoever schedules an orchestration to the last of its activities.</summary>
public sealed class TracingTests
{
    const string TreeOfScenario =
        """
        create_orchestration:Scenario
          orchestration:Scenario
            activity:Append
              activity:Append x2
            orchestration:Child
              orchestration:Child x2
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
        await (crash ? host.CrashAndReopenAsync() : host.RestartAsync());
        host.World.Release("two");
        await host.EndOfAsync(id);
        await host.CloseAsync();
        await host.OpenAsync();

        var create = Assert.Single(spans.Ended, span => span.DisplayName == "create_orchestration:TwoGates");
        Assert.Equal(spans.Caller.SpanId, create.ParentSpanId);
        var whole = Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:TwoGates");
        Assert.Equal(create.SpanId, whole.ParentSpanId);
        var calls = spans.Ended.Where(span => span.Kind == ActivityKind.Client).ToList();
        Assert.Equal([0, 1], calls.Select(span => (int)span.GetTagItem("durabletask.task.task_id")!).Order());
        Assert.All(calls, call => Assert.Equal(whole.SpanId, call.ParentSpanId));
        Assert.All(
            spans.Ended.Where(span => span.DisplayName == "activity:Gated" && span.Kind == ActivityKind.Server),
            run => Assert.Contains(calls, call => call.SpanId == run.ParentSpanId));
    }

    [Fact]
    public async Task The_span_of_an_orchestration_shows_that_it_failed_or_was_terminated()
    {
        await using var host = await TestHost.StartAsync();
        using var spans = new SpanCollector();
        await host.RunAsync("Throw", "a");
        var waiting = await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForever");
        await host.UntilCustomStatusAsync(waiting, "\"waiting\"");
        await host.Client.TerminateInstanceAsync(waiting);
        await host.EndOfAsync(waiting);
        await host.CloseAsync();
        await host.OpenAsync();

        Assert.Equal(
            ActivityStatusCode.Error, Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:Throw").Status);
        Assert.Equal(
            "Terminated",
            Assert.Single(spans.Ended, span => span.DisplayName == "orchestration:WaitForever").StatusDescription);
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
                orchestration:Chain
                  activity:Append
                    activity:Append x3
            """, spans.Tree(server.SpanId));
    }
}
