using LocalRuntime.Storage;
using Microsoft.DurableTask;

namespace LocalRuntime.Engine;

/// <summary>What a turn came to. Of <see cref="IsEnded"/>, <see cref="Anew"/> and neither, exactly one holds.</summary>
sealed record TurnOutcome(
    IReadOnlyList<OrchestrationAction> Actions,
    string? CustomStatus,
    bool IsEnded = false,
    string? Output = null,
    TaskFailureDetails? Failure = null,
    (string? Input, string Version)? Anew = null,
    IReadOnlyList<(string Name, string? Data)>? CarriedEvents = null)
{
    /// <summary>The end of an instance whose code could not be run, or must not count.</summary>
    public static TurnOutcome Failed(InstanceRecord instance, Exception failure) =>
        new([], instance.CustomStatus, IsEnded: true, Failure: TaskFailureDetails.FromException(failure));
}

/// <summary>
/// An orchestrator in memory: brought up by replay, then advanced turn by turn. One thread at a time; a session whose
/// turn was not committed is ahead of history and must be dropped.
/// </summary>
sealed class OrchestrationSession : IDisposable
{
    public const string IllegalAwait =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an "
        + "orchestrator function's implementation or by middleware that invokes asynchronous code. Await only what the "
        + "orchestration's context hands out, and do not use ConfigureAwait(false) or Task.Run.";

    readonly LocalOrchestrationContext _context;
    readonly OrchestratorScheduler _scheduler;
    readonly PayloadConverter _converter;
    readonly Func<TaskOrchestrationContext, Task<object?>> _orchestrator;
    readonly IDisposable? _scope;
    readonly Action _onForeignThread;
    Task<object?>? _code;
    bool _disposed;

    public OrchestrationSession(
        InstanceRecord instance,
        PayloadConverter converter,
        Microsoft.Extensions.Logging.ILoggerFactory loggers,
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        IDisposable? scope,
        Action onForeignThread)
    {
        Execution = instance.Execution;
        _converter = converter;
        _orchestrator = orchestrator;
        _scope = scope;
        _onForeignThread = onForeignThread;
        _scheduler = new OrchestratorScheduler(OnForeignThread);
        _context = new LocalOrchestrationContext(instance, converter, _scheduler, loggers);
    }

    public string Execution { get; }

    /// <summary>Turns that this session has been through, replayed or live.</summary>
    public int Turns { get; private set; }

    /// <summary>True once foreign code came back to the orchestrator: the next turn fails it.</summary>
    public bool LeftTurnThread => _context.LeftTurnThread;

    /// <summary>Brings the orchestrator to where history ends.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">
    /// The code does not do what history says that it did.
    /// </exception>
    public void Replay(IReadOnlyList<HistoryRow> history)
    {
        _context.Replaying = true;
        for (var start = 0; start < history.Count;)
        {
            var turn = history[start].Turn;
            var end = start;
            while (end < history.Count && history[end].Turn == turn)
            {
                end++;
            }

            ReplayTurn(history.Skip(start).Take(end - start).ToList());
            start = end;
        }
    }

    /// <summary>Runs one turn on new events.</summary>
    public TurnOutcome Run(DateTime now, IReadOnlyList<Message> events)
    {
        _context.Replaying = false;
        BeginTurn(now);
        foreach (var received in events)
        {
            if (IsOver)
            {
                Buffer(received);
            }
            else
            {
                Apply(received.Kind, received.TaskId, received.Name, received.Data);
            }
        }

        return Outcome();
    }

    public void Dispose()
    {
        _disposed = true;
        _scope?.Dispose();
    }

    bool IsOver => _code is { IsCompleted: true } || _context.Anew is not null;

    void BeginTurn(DateTime now)
    {
        Turns++;
        _context.State.Actions.Clear();
        _context.BeginTurn(now);
    }

    void ReplayTurn(List<HistoryRow> rows)
    {
        BeginTurn(rows[0].At);
        foreach (var row in rows.Where(row => row.Kind < EventKind.TaskScheduled))
        {
            Apply(row.Kind, row.TaskId, row.Name, row.Data);
        }

        ThrowIfDifferent(rows.Where(row => row.Kind >= EventKind.TaskScheduled).ToList(), _context.State.Actions);
        if (IsOver)
        {
            throw new NonDeterministicOrchestrationException(
                "on replay the orchestrator ended earlier than its history says. It must make the same calls in the "
                + "same order.");
        }
    }

    static void ThrowIfDifferent(List<HistoryRow> recorded, List<OrchestrationAction> asked)
    {
        for (var i = 0; i < Math.Max(recorded.Count, asked.Count); i++)
        {
            var was = i < recorded.Count ? recorded[i] : null;
            var now = i < asked.Count ? asked[i] : null;
            if (was is null || now is null || !now.Matches(was))
            {
                throw new NonDeterministicOrchestrationException(
                    $"history holds {(was is null ? "nothing more" : OrchestrationAction.Describe(was))} where the "
                    + "replayed "
                    + $"orchestrator asks for {now?.ToString() ?? "nothing"}. Did its code change, or does it depend "
                    + "on the time, on random values or on anything else than its input and its context?");
            }
        }
    }

    void Apply(EventKind kind, int taskId, string? name, string? data) => _scheduler.Run(() =>
    {
        if (kind == EventKind.Start)
        {
            _code = _orchestrator(_context);
        }
        else
        {
            _context.State.Apply(kind, taskId, name, data);
        }
    });

    // What comes after the orchestrator's end goes on to its next execution, if there is one.
    void Buffer(Message received)
    {
        if (received.Kind == EventKind.EventRaised)
        {
            _context.State.Apply(received.Kind, received.TaskId, received.Name, received.Data);
        }
    }

    TurnOutcome Outcome()
    {
        List<OrchestrationAction> actions = [.. _context.State.Actions];
        if (_context.LeftTurnThread || (!IsOver && !_context.State.IsWaiting))
        {
            return Failed(actions, new InvalidOperationException(IllegalAwait));
        }

        if (_code is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            return Failed(actions, _code.Exception?.InnerException ?? new TaskCanceledException(_code));
        }

        if (_context.Anew is var (input, version, preserve))
        {
            return new TurnOutcome(actions, _context.CustomStatus, Anew: (input, version))
            {
                CarriedEvents = preserve ? [.. _context.State.Buffered] : [],
            };
        }

        return _code is { IsCompletedSuccessfully: true } ended
            ? Completed(actions, ended.Result)
            : new TurnOutcome(actions, _context.CustomStatus);
    }

    TurnOutcome Completed(List<OrchestrationAction> actions, object? result)
    {
        try
        {
            return new TurnOutcome(actions, _context.CustomStatus, IsEnded: true, Output: _converter.Serialize(result));
        }
#pragma warning disable CA1031 // A result that cannot be written fails the instance, whatever its writer throws.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Failed(actions, failure);
        }
    }

    TurnOutcome Failed(List<OrchestrationAction> actions, Exception failure) => new(
        actions, _context.CustomStatus, IsEnded: true, Failure: TaskFailureDetails.FromException(failure));

    void OnForeignThread()
    {
        _context.LeftTurnThread = true;
        if (!_disposed)
        {
            _onForeignThread();
        }
    }
}
