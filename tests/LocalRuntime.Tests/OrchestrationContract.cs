using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

/// <summary>
/// What the product relies on of Durable Task's semantics, on every provider: the host, its client and what the provider adds.
/// </summary>
public abstract partial class OrchestrationContract
{
    private protected abstract Task<TestHost> StartAsync();

    [Fact]
    public async Task A_chain_of_activities_hands_each_result_to_the_next()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Chain", "a");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal("a+++", ended.ReadOutputAs<string>());
        Assert.Equal("a", ended.ReadInputAs<string>());
    }

    [Fact]
    public async Task A_fan_out_runs_every_activity_once()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("FanOut", 40);
        Assert.Equal(Enumerable.Range(0, 40).Sum(i => i * i), ended.ReadOutputAs<int>());
        Assert.Equal(40, host.World.CountOf("Square"));
    }

    [Fact]
    public async Task A_bounded_window_by_WhenAny_runs_every_activity_once()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Window", 60);
        Assert.Equal(Enumerable.Range(0, 60).Sum(i => i * i), ended.ReadOutputAs<int>());
        Assert.Equal(60, host.World.CountOf("Square"));
    }

    [Fact]
    public async Task An_unhandled_exception_fails_the_instance_with_its_details_as_data()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Throw", "x");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("System.IO.InvalidDataException", ended.FailureDetails!.ErrorType);
        Assert.Equal("broken x", ended.FailureDetails.ErrorMessage);
        Assert.True(ended.FailureDetails.IsCausedBy<SystemException>());
        Assert.False(ended.FailureDetails.IsCausedBy<IOException>());
    }

    [Fact]
    public async Task A_sub_orchestration_knows_its_parent_and_answers_it()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Parent", "Child", "p1");
        Assert.Equal("sub of p1 Parent", ended.ReadOutputAs<string>());
        Assert.Equal("sub of p1 Parent", (await host.EndOfAsync("p1:child")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_sub_orchestration_fails_its_call_with_the_details()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Parent", "Throw", "p2");
        Assert.Equal("Throw|System.IO.InvalidDataException|broken sub", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_call_of_an_activity_that_does_not_exist_fails_the_instance()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("CallsMissing");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("NoSuchActivity", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("doesn't exist", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_of_an_orchestrator_that_does_not_exist_fails_its_instance()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("NoSuchOrchestrator");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("doesn't exist", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payloads_go_through_JSON_and_come_back_as_new_objects_without_fields()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("EchoOrder", new Order("desk", 3) { NotWritten = 9 });
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        var back = ended.ReadOutputAs<Order>()!;
        Assert.Equal(("desk", 3, 7), (back.Item, back.Count, back.NotWritten));
        Assert.Equal("""{"Item":"desk","Count":3}""", ended.SerializedOutput);
    }

    [Theory]
    [InlineData(8190, OrchestrationRuntimeStatus.Completed)]
    [InlineData(8191, OrchestrationRuntimeStatus.Failed)]
    public async Task A_custom_status_over_16_KB_of_UTF_16_is_refused(
        int characters, OrchestrationRuntimeStatus expected)
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("BigStatus", characters);
        Assert.Equal(expected, ended.RuntimeStatus);
    }

    [Fact]
    public async Task A_payload_over_one_megabyte_is_refused_with_its_size()
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("BigPayload", 1024 * 1024);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains(" bytes is over the bound of 1048576.", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_safe_logger_writes_each_message_once()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Logging");
        Assert.Equal(
            ["before", "after"],
            host.World.Logs.Entries.Where(entry => entry.Category == "sample").Select(entry => entry.Text));
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("run")]
    [InlineData("configure await")]
    [InlineData("delay beside an activity")]
    public async Task An_orchestrator_that_awaits_a_foreign_task_fails(string kind)
    {
        await using var host = await StartAsync();
        var ended = await host.RunAsync("Foreign", kind);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith("An invalid asynchronous invocation was detected.", ended.FailureDetails!.ErrorMessage);
    }
}
