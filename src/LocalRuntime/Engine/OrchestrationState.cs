using LocalRuntime.Storage;
using Microsoft.DurableTask;

namespace LocalRuntime.Engine;

/// <summary>What an orchestrator has asked for and not yet got, and the events that it has not asked for.</summary>
sealed class OrchestrationState(DataConverter converter)
{
    readonly Dictionary<int, (PendingOperation Operation, string Name)> _calls = [];
    readonly Dictionary<string, Stack<PendingOperation>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    readonly List<(string Name, string? Data)> _buffered = [];
    int _nextTaskId;

    /// <summary>Asked for in this turn, in order.</summary>
    public List<OrchestrationAction> Actions { get; } = [];

    /// <summary>Events that came and that nobody waited for, in order.</summary>
    public IReadOnlyList<(string Name, string? Data)> Buffered => _buffered;

    /// <summary>Whether anything that durable execution can bring is awaited.</summary>
    public bool IsWaiting =>
        _calls.Values.Any(call => !call.Operation.IsEnded)
        || _waiters.Values.Any(stack => stack.Any(waiter => !waiter.IsEnded));

    /// <summary>Asks for something that an answer ends.</summary>
    public PendingOperation<T> Begin<T>(Func<int, OrchestrationAction> action)
    {
        var asked = action(_nextTaskId++);
        Actions.Add(asked);
        var operation = new PendingOperation<T>(converter);
        _calls.Add(asked.TaskId, (operation, asked.Name));
        return operation;
    }

    /// <summary>Asks for something that has no answer.</summary>
    public void Post(Func<int, OrchestrationAction> action) => Actions.Add(action(_nextTaskId++));

    public PendingOperation<T> WaitForEvent<T>(string name)
    {
        var waiter = new PendingOperation<T>(converter);
        if (!_waiters.TryGetValue(name, out var stack))
        {
            _waiters.Add(name, stack = new());
        }
        else if (stack.TryPeek(out var other) && !other.IsEnded && other.ResultType != typeof(T))
        {
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Expected {other.ResultType.FullName} "
                + $"but was requested {typeof(T).FullName}.");
        }

        stack.Push(waiter);
        var waiting = _buffered.FindIndex(raised => raised.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (waiting >= 0)
        {
            var (_, data) = _buffered[waiting];
            _buffered.RemoveAt(waiting);
            Raise(name, data);
        }

        return waiter;
    }

    /// <summary>
    /// Hands over what came in; an answer that nobody waits for is dropped, as it was cancelled or is a repetition.
    /// </summary>
    public void Apply(EventKind kind, int taskId, string? name, string? data)
    {
        if (kind == EventKind.EventRaised)
        {
            Raise(name!, data);
        }
        else if (_calls.Remove(taskId, out var call))
        {
            Answer(kind, taskId, call.Operation, call.Name, data);
        }
    }

    static void Answer(EventKind kind, int taskId, PendingOperation operation, string name, string? data)
    {
        switch (kind)
        {
            case EventKind.TaskFailed:
                operation.Fail(
                    new TaskFailedException(name, taskId, new ActivityFailureException(Failures.FromJson(data!))));
                break;
            case EventKind.SubOrchestrationFailed:
                operation.Fail(new TaskFailedException(name, taskId, Failures.FromJson(data!)));
                break;
            default:
                operation.Complete(data);
                break;
        }
    }

    void Raise(string name, string? data)
    {
        if (_waiters.TryGetValue(name, out var stack))
        {
            while (stack.TryPop(out var waiter))
            {
                // A cancelled waiter must not swallow the event.
                if (!waiter.IsEnded)
                {
                    waiter.Complete(data);
                    return;
                }
            }
        }

        _buffered.Add((name, data));
    }
}
