using DurableTask.Core;
using LocalRuntime.Functions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using ContinueAsNewOptions = Microsoft.DurableTask.ContinueAsNewOptions;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// The official context of an orchestrator, with what the Functions worker adds: an input of any type, the bounds of Azure on
/// payloads, and a refusal of calls from any thread but the orchestrator's. It keeps count of what the orchestrator can wait for.
/// </summary>
sealed class OrchestratorContext(
    TaskOrchestrationContext inner, string? input, PayloadConverter converter, ILoggerFactory loggers)
    : TaskOrchestrationContext
{
    /// <summary>The words of the Functions worker.</summary>
    public const string IllegalAwait =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator "
        + "function's implementation or by middleware that invokes asynchronous code.";

    readonly List<Task> _awaitable = [];

    /// <summary>Whether the orchestrator has called the context.</summary>
    public bool IsAccessed { get; private set; }

    /// <summary>Whether something durable that the orchestrator was handed has not ended.</summary>
    public bool HasPending
    {
        get
        {
            _awaitable.RemoveAll(task => task.IsCompleted);
            return _awaitable.Count > 0;
        }
    }

    public override TaskName Name => inner.Name;

    public override string InstanceId => inner.InstanceId;

    public override ParentOrchestrationInstance? Parent => inner.Parent;

    public override DateTime CurrentUtcDateTime => inner.CurrentUtcDateTime;

    public override bool IsReplaying => inner.IsReplaying;

    public override string Version => inner.Version;

    public override IReadOnlyDictionary<string, object?> Properties => inner.Properties;

    protected override ILoggerFactory LoggerFactory => loggers;

    /// <exception cref="InvalidOperationException">The caller is not on the orchestrator's thread.</exception>
    public static void ThrowIfIllegal()
    {
        if (!OrchestrationContext.IsOrchestratorThread)
        {
            throw new InvalidOperationException(IllegalAwait);
        }
    }

    public override T? GetInput<T>()
        where T : default
    {
        Access();
        return converter.Deserialize<T>(input);
    }

    public override Guid NewGuid() => Access().NewGuid();

    public override Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null) =>
        Handed(Access().CallActivityAsync<TResult>(name, input, options));

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        Handed(Access().CallSubOrchestratorAsync<TResult>(orchestratorName, input, options));

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) =>
        Handed(Access().CreateTimer(fireAt, cancellationToken));

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
        Handed(Access().WaitForExternalEvent<T>(eventName, cancellationToken));

    public override void SendEvent(string instanceId, string eventName, object payload) =>
        Access().SendEvent(instanceId, eventName, payload);

    public override void SetCustomStatus(object? customStatus)
    {
        PayloadConverter.ThrowIfTooLong(converter.Serialize(customStatus));
        Access().SetCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        Access().ContinueAsNew(newInput, preserveUnprocessedEvents);

    public override void ContinueAsNew(ContinueAsNewOptions options) => Access().ContinueAsNew(options);

    TaskOrchestrationContext Access()
    {
        ThrowIfIllegal();
        IsAccessed = true;
        return inner;
    }

    TTask Handed<TTask>(TTask task)
        where TTask : Task
    {
        _awaitable.Add(task);
        return task;
    }
}
