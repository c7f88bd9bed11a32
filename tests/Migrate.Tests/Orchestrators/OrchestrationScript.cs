using Microsoft.DurableTask;
using MigrationFunctions.Core.Errors;
using Moq;

namespace Migrate.Tests.Orchestrators;

/// <summary>What an orchestrator sees in a test: its input, and an answer to each of its calls. The calls are kept in
/// the order in which they were made.</summary>
sealed class OrchestrationScript
{
    // What is not mocked and not abstract is the official class's own.
    readonly Mock<TaskOrchestrationContext> _context = new() { CallBase = true };

    OrchestrationScript(string instanceId)
    {
        _context.Setup(c => c.InstanceId).Returns(instanceId);
        _context.Setup(c => c.NewGuid()).Returns(Guid.NewGuid);
        _context.Setup(c => c.CurrentUtcDateTime).Returns(() => Now);
        _context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime until, CancellationToken _) =>
            {
                Timers++;
                Now = until > Now ? until : Now;
                return Task.CompletedTask;
            });
        _context.Setup(c => c.WaitForExternalEvent<string>(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken cancelled) =>
            {
                var raised = new TaskCompletionSource<string>();
                cancelled.Register(() => raised.TrySetCanceled(cancelled));
                return raised.Task;
            });
    }

    /// <summary>The orchestration's time; a timer moves it to where it ends.</summary>
    public DateTime Now { get; private set; } = new(2026, 9, 1, 8, 0, 0, DateTimeKind.Utc);

    public void Advance(DateTime? to) => Now = to > Now ? to.Value : Now;

    /// <summary>Timers that were waited for.</summary>
    public int Timers { get; private set; }

    public List<Call> Calls { get; } = [];

    public TaskOrchestrationContext Context => _context.Object;

    /// <summary>What the orchestrator continues as new with, or null when it did not.</summary>
    public object? ContinuedWith { get; private set; }

    public static OrchestrationScript Of<T>(string instanceId, T input)
    {
        var script = new OrchestrationScript(instanceId);
        script._context.Setup(c => c.GetInput<T>()).Returns(input);
        script._context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>()))
            .Callback((object? next, bool _) => script.ContinuedWith = next);
        return script;
    }

    public IEnumerable<object?> InputsOf(string name) => Calls.Where(c => c.Name == name).Select(c => c.Input);

    /// <summary>A <see cref="MigrationException"/> that an answer throws fails the activity.</summary>
    public OrchestrationScript Activity<TInput, TResult>(string name, Func<TInput, Task<TResult>> answer)
    {
        _context.Setup(c => c.CallActivityAsync<TResult>(
                It.Is<TaskName>(n => n.Name == name), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? _) => AnswerAsync(new Call(name, input, null), answer));
        return this;
    }

    public OrchestrationScript Activity<TInput, TResult>(string name, Func<TInput, TResult> answer) =>
        Activity<TInput, TResult>(name, input => Task.FromResult(answer(input)));

    public OrchestrationScript Activity<TInput>(string name) => Activity<TInput, object>(name, _ => new object());

    public OrchestrationScript SubOrchestration<TInput, TResult>(string name, Func<TInput, Task<TResult>> answer)
    {
        _context.Setup(c => c.CallSubOrchestratorAsync<TResult>(
                It.Is<TaskName>(n => n.Name == name), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? options) =>
                AnswerAsync(new Call(name, input, (options as SubOrchestrationOptions)?.InstanceId), answer));
        return this;
    }

    async Task<TResult> AnswerAsync<TInput, TResult>(Call call, Func<TInput, Task<TResult>> answer)
    {
        Calls.Add(call);
        try
        {
            return await answer((TInput)call.Input!);
        }
        catch (MigrationException e)
        {
            throw new TaskFailedException(call.Name, Calls.Count, e);
        }
    }
}

sealed record Call(string Name, object? Input, string? InstanceId);
