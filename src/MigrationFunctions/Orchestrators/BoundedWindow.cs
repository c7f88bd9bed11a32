namespace MigrationFunctions.Orchestrators;

/// <summary>Runs work for each item, a bounded number at a time. Deterministic: completions are seen in the order of the
/// orchestration's history.</summary>
static class BoundedWindow
{
    /// <summary>After a failure nothing more is started; what runs is awaited, then the first failure is thrown.</summary>
    /// <param name="window">Asked before each start, so that it may change on the way.</param>
    public static async Task RunAsync<TItem>(IEnumerable<TItem> items, Func<int> window, Func<TItem, Task> start)
    {
        var running = new List<Task>();
        Exception? failure = null;
        foreach (var item in items)
        {
            while (running.Count > 0 && running.Count >= window())
                await TakeOneAsync();
            if (failure is not null)
                break;
            running.Add(start(item));
        }
        while (running.Count > 0)
            await TakeOneAsync();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        async Task TakeOneAsync()
        {
            var done = await Task.WhenAny(running);
            running.Remove(done);
            failure ??= done.Exception?.InnerException;
        }
    }
}
