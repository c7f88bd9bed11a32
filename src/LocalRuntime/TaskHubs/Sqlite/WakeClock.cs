namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Wakes instances at their times: one timer, set to the earliest.</summary>
sealed class WakeClock : IDisposable
{
    // Timers of the platform end at 49 days; a longer wait is taken in steps.
    static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);

    readonly TimeProvider _time;
    readonly Action<string> _wake;
    readonly PriorityQueue<string, DateTime> _due = new();
    readonly ITimer _timer;
    DateTime _armed = DateTime.MaxValue;

    public WakeClock(TimeProvider time, Action<string> wake)
    {
        _time = time;
        _wake = wake;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void WakeAt(string id, DateTime due)
    {
        if (due <= _time.GetUtcNow().UtcDateTime)
        {
            _wake(id);
            return;
        }

        lock (_due)
        {
            _due.Enqueue(id, due);
            if (due < _armed)
            {
                Arm();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    void Fire()
    {
        List<string> awake = [];
        lock (_due)
        {
            var now = _time.GetUtcNow().UtcDateTime;
            while (_due.TryPeek(out var id, out var due) && due <= now)
            {
                _due.Dequeue();
                awake.Add(id);
            }

            Arm();
        }

        awake.ForEach(_wake);
    }

    void Arm()
    {
        if (!_due.TryPeek(out _, out var due))
        {
            _armed = DateTime.MaxValue;
            return;
        }

        _armed = due;
        var wait = due - _time.GetUtcNow().UtcDateTime;
        // Timers count whole milliseconds and would round down, which makes an idle round before every wake.
        var step = wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestStep ? LongestStep
            : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(step, Timeout.InfiniteTimeSpan);
    }
}
