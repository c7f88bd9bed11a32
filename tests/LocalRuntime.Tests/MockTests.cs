using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace LocalRuntime.Tests;

/// <summary>Functions can be tested against mocks as with the official packages.</summary>
public sealed class MockTests
{
    [Fact]
    public async Task An_orchestrator_runs_on_a_mocked_context()
    {
        var context = new Mock<TaskOrchestrationContext>();
        context.Setup(c => c.GetInput<string>()).Returns("a");
        context.Setup(c => c.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        context
            .Setup(c => c.CallActivityAsync<string>(
                It.Is<TaskName>(name => name.Name == "Append"), It.IsAny<object>(), It.IsAny<TaskOptions>()))
            .ReturnsAsync((TaskName _, object text, TaskOptions _) => text + "!");
        Assert.Equal("a!!!", await SampleOrchestrators.Chain(context.Object));
        context.Verify(
            c => c.CallActivityAsync<string>(It.IsAny<TaskName>(), It.IsAny<object>(), It.IsAny<TaskOptions>()),
            Times.Exactly(3));
    }

    [Fact]
    public async Task A_starter_runs_on_a_mocked_client()
    {
        var client = new Mock<DurableTaskClient>("test");
        client
            .Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(),
                It.IsAny<object>(),
                It.IsAny<StartOrchestrationOptions>(),
                It.IsAny<CancellationToken>()))
            .ReturnsAsync("id-1");
        client
            .Setup(c => c.GetInstanceAsync("id-1", It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(
                new OrchestrationMetadata("Chain", "id-1") { RuntimeStatus = OrchestrationRuntimeStatus.Running });
        Assert.Equal("id-1", await client.Object.ScheduleNewOrchestrationInstanceAsync("Chain", "a"));
        Assert.True((await client.Object.GetInstanceAsync("id-1", true))!.IsRunning);
        var failure = Assert.Throws<InvalidOperationException>(() => client.Object.CreateHttpManagementPayload("id-1"));
        Assert.Contains("base URL is null", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_contexts_of_functions_and_activities_can_be_mocked()
    {
        var function = new Mock<FunctionContext>();
        function.Setup(c => c.InvocationId).Returns("i");
        function.Setup(c => c.CancellationToken).Returns(new CancellationToken(canceled: true));
        var activity = new Mock<TaskActivityContext>();
        activity.Setup(c => c.InstanceId).Returns("o");
        Assert.Equal(("i", true, "o"), (
            function.Object.InvocationId,
            function.Object.CancellationToken.IsCancellationRequested,
            activity.Object.InstanceId));
    }
}
