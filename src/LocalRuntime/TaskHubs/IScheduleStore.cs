namespace LocalRuntime.TaskHubs;

/// <summary>
/// The status of timer functions. It outlives the process, so that occurrences missed while no host was up are made up for.
/// </summary>
interface IScheduleStore
{
    /// <summary>Null when the function has never been called.</summary>
    Task<TimerStatus?> FindAsync(string function, CancellationToken cancellationToken);

    /// <summary>Is on disk when the task ends.</summary>
    Task SaveAsync(string function, TimerStatus status, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the caller the only one on this hub to call the function until it disposes the answer; null when another
    /// process is. The right of a process that has died ends by itself within a minute.
    /// </summary>
    Task<IAsyncDisposable?> TryOwnAsync(string function, CancellationToken cancellationToken);
}

/// <summary>Status of a timer function, in UTC; the same three values that the Functions host keeps.</summary>
sealed record TimerStatus(DateTime Last, DateTime Next, DateTime LastUpdated);
