using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LocalRuntime.Storage;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Engine;

/// <summary>
/// The context of one execution of an orchestration; it lives as long as the orchestrator is kept in memory.
/// </summary>
sealed partial class LocalOrchestrationContext(
    InstanceRecord instance, PayloadConverter converter, OrchestratorScheduler scheduler, ILoggerFactory loggers)
    : TaskOrchestrationContext
{
    // RFC 9562 version 5; the namespace is the one that Durable Task uses.
    static readonly Guid GuidNamespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    int _guids;
    DateTime _now;

    public override TaskName Name => instance.Name;

    public override string InstanceId => instance.Id;

    public override string Version => instance.Version;

    public override ParentOrchestrationInstance? Parent =>
        instance.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override bool IsReplaying => Replaying;

    public override DateTime CurrentUtcDateTime
    {
        get
        {
            EnsureTurnThread();
            return _now;
        }
    }

    protected override ILoggerFactory LoggerFactory => loggers;

    internal OrchestrationState State { get; } = new(converter);

    internal bool Replaying { get; set; }

    /// <summary>The custom status as JSON; it is not kept over a continue-as-new.</summary>
    internal string? CustomStatus { get; private set; }

    /// <summary>Set once the orchestrator asked to begin anew.</summary>
    internal (string? Input, string Version, bool PreserveEvents)? Anew { get; private set; }

    /// <summary>True once the code came back on a thread of its own.</summary>
    internal bool LeftTurnThread { get; set; }

    internal void BeginTurn(DateTime now) => _now = now;

    public override T? GetInput<T>()
        where T : default
        => converter.Deserialize<T>(instance.Input);

    public override async Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null)
    {
        ThrowIfOptions(input, options);
        return await WithRetries(name, options, () => State.Begin<TResult>(id => new OrchestrationAction(
            EventKind.TaskScheduled,
            id,
            name.Name,
            Input: converter.Serialize(input),
            Version: options?.Version?.Version ?? Version)));
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        ThrowIfOptions(input, options);
        var child = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        return await WithRetries(orchestratorName, options, () => State.Begin<TResult>(id => new OrchestrationAction(
            EventKind.SubOrchestrationCreated,
            id,
            orchestratorName.Name,
            child,
            converter.Serialize(input),
            Version: options?.Version?.Version ?? string.Empty)));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        EnsureTurnThread();
        var timer = State.Begin<object?>(id => new OrchestrationAction(
            EventKind.TimerCreated, id, string.Empty, FireAt: fireAt.ToUniversalTime()));
        using var registration = cancellationToken.Register(() => timer.Cancel(cancellationToken));
        await timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        EnsureTurnThread();
        var waiter = State.WaitForEvent<T>(eventName);
        cancellationToken.Register(() => waiter.Cancel(cancellationToken));
        return waiter.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        EnsureTurnThread();
        State.Post(id => new OrchestrationAction(
            EventKind.EventSent, id, eventName, instanceId, converter.Serialize(payload)));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        EnsureTurnThread();
        CustomStatus = converter.SerializeCustomStatus(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => ContinueAsNew(
        new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EnsureTurnThread();
        Anew = (
            converter.Serialize(options.NewInput),
            string.IsNullOrWhiteSpace(options.NewVersion) ? Version : options.NewVersion,
            options.PreserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{InstanceId}_{CurrentUtcDateTime:o}_{_guids++}");
        byte[] bytes = [.. GuidNamespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // RFC 9562 version 5 is defined by SHA-1; nothing secret depends on it.
        var hash = SHA1.HashData(bytes);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    static void ThrowIfOptions(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                $"A {nameof(TaskOptions)} value was provided for the input but no value was provided for "
                + $"{nameof(options)}. Did "
                + $"you actually mean to provide a {nameof(TaskOptions)} value for the {nameof(options)} parameter?",
                nameof(input));
        }
    }

    void EnsureTurnThread()
    {
        if (!scheduler.IsTurnThread)
        {
            LeftTurnThread = true;
            throw new InvalidOperationException(OrchestrationSession.IllegalAwait);
        }
    }
}
