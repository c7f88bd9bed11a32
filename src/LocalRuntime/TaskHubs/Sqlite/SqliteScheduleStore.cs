namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Status of the timer functions in the history database. Its folder has one owner, who alone may call them.</summary>
sealed class SqliteScheduleStore(TaskHubStore store) : IScheduleStore
{
    public Task<TimerStatus?> FindAsync(string function, CancellationToken cancellationToken) => Task.FromResult(
        store.Read(connection => connection
            .Query(
                "SELECT last, next, updated FROM schedule WHERE name = $1",
                row => new TimerStatus(row.Time(0)!.Value, row.Time(1)!.Value, row.Time(2)!.Value),
                function)
            .SingleOrDefault()));

    public Task SaveAsync(string function, TimerStatus status, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Execute(
            """
            INSERT INTO schedule (name, last, next, updated) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET last = excluded.last, next = excluded.next, updated = excluded.updated
            """,
            function, status.Last, status.Next, status.LastUpdated));

    public Task<IAsyncDisposable?> TryOwnAsync(string function, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable?>(new Right());

    sealed class Right : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
