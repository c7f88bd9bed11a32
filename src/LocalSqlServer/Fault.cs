namespace LocalSqlServer;

/// <summary>
/// One fault of a <see cref="FaultPlan"/>. It concerns statements whose text contains a word, begins with the k-th of them
/// and ends after it has happened a number of times.
/// </summary>
public sealed class Fault
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly string? _contains;
    int _skip;
    int _left;
    int _happened;

    internal Fault(FaultKind kind, string? contains, int occurrence, int times)
    {
        (Kind, _contains, _skip, _left) = (kind, contains, occurrence - 1, times);
    }

    /// <summary>How often it has happened.</summary>
    public int Happened => Volatile.Read(ref _happened);

    /// <summary>Completes when it happens for the first time; for held rows, when the statement stands still.</summary>
    public Task Reached => _reached.Task;

    internal FaultKind Kind { get; }

    internal long AfterRows { get; init; }

    internal TimeSpan Delay { get; init; }

    internal Types.SqlServerException? Error { get; init; }

    internal Task Released => _released.Task;

    /// <summary>Lets a held statement go on, and every later one that this fault would hold.</summary>
    public void Release()
    {
        Interlocked.Exchange(ref _left, 0);
        _released.TrySetResult();
    }

    /// <summary>Claims the fault for a statement, if it concerns it and has not ended.</summary>
    internal bool TryTake(string text)
    {
        if (_contains is not null && !text.Contains(_contains, StringComparison.OrdinalIgnoreCase))
            return false;
        lock (_reached)
        {
            if (_left == 0)
                return false;
            if (_skip > 0)
            {
                _skip--;
                return false;
            }
            _left--;
            return true;
        }
    }

    internal void Happen()
    {
        Interlocked.Increment(ref _happened);
        _reached.TrySetResult();
    }
}

enum FaultKind
{
    DropConnection,
    Error,
    SlowRows,
    HoldRows,
    NeverAnswer,
    RefuseLogin,
}
