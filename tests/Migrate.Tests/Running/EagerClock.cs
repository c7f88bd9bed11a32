namespace Migrate.Tests.Running;

/// <summary>Pauses pass at once and take the clock along; time-outs, which are longer, never strike.</summary>
sealed class EagerClock : TimeProvider
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    long _ticks;

    public TimeSpan Passed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Passed;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(callback, state);
        timer.Change(dueTime, period);
        if (dueTime >= TimeSpan.Zero && dueTime <= LongestPause)
        {
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            timer.Strike();
        }
        return timer;
    }

    sealed class Timer(TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Strike() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
