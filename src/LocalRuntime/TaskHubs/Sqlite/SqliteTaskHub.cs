using DurableTask.Core;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// The embedded task hub: one folder, one process, no service. What is committed survives the process; turns and what
/// clients ask for survive a power cut, too.
/// </summary>
sealed class SqliteTaskHub : ITaskHub
{
    readonly TaskHubStore _store;
    readonly SqliteOrchestrationService _service;

    /// <exception cref="InvalidOperationException">
    /// Another process has the folder, or its history has another layout.
    /// </exception>
    public SqliteTaskHub(SqliteTaskHubSettings settings)
    {
        _store = new TaskHubStore(settings.Folder);
        _service = new SqliteOrchestrationService(settings, _store);
        Schedules = new SqliteScheduleStore(_store);
        Place = $"folder {settings.Folder}";
    }

    public IOrchestrationService Service => _service;

    public IScheduleStore Schedules { get; }

    public string Place { get; }

    /// <summary>Lets callers wait for an instance's next committed change.</summary>
    public InstanceWatch Watch => _service.Watch;

    public TaskHubStore Store => _store;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends as a crash would: what is not committed is lost, nothing is waited for.</summary>
    public void Abandon()
    {
        _store.Abandon();
        _service.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _service.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
