using System.Collections.Concurrent;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Lets callers wait for an instance's next committed change.</summary>
sealed class InstanceWatch
{
    readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    /// <summary>Ends with the next change after this call; look at the state after calling, then await.</summary>
    public Task NextChange(string id) => _changes
        .GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .Task;

    public void Changed(string id)
    {
        if (_changes.TryRemove(id, out var change))
        {
            change.SetResult();
        }
    }
}
