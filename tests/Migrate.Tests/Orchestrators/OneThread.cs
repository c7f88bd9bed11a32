using System.Collections.Concurrent;

namespace Migrate.Tests.Orchestrators;

/// <summary>Runs an orchestrator as its host does: what goes on after an await does so on one thread, in the order in which
/// it was made ready.</summary>
static class OneThread
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static T Run<T>(Func<Task<T>> orchestrator)
    {
        var queue = new Queue();
        var around = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(queue);
        try
        {
            var task = orchestrator();
            while (!task.IsCompleted)
                queue.RunNext(Limit);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(around);
        }
    }

    sealed class Queue : SynchronizationContext
    {
        readonly BlockingCollection<(SendOrPostCallback Step, object? State)> _steps = [];

        public override void Post(SendOrPostCallback d, object? state) => _steps.Add((d, state));

        public void RunNext(TimeSpan limit)
        {
            Assert.True(_steps.TryTake(out var next, limit), "The orchestrator waits for what never comes.");
            next.Step(next.State);
        }
    }
}
