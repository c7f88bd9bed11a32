namespace LocalRuntime.Engine;

/// <summary>
/// Runs an orchestrator's code on the thread of its turn and on no other. Whatever another thread brings back to it,
/// the end of a foreign task above all, breaks the rules of replay and is reported, not run.
/// </summary>
sealed class OrchestratorScheduler : TaskScheduler
{
    readonly Queue<Task> _queue = new();
    readonly OrchestratorSynchronizationContext _synchronization;
    readonly Action _onForeignThread;
    int _thread;

    public OrchestratorScheduler(Action onForeignThread)
    {
        _onForeignThread = onForeignThread;
        _synchronization = new OrchestratorSynchronizationContext(this);
    }

    public override int MaximumConcurrencyLevel => 1;

    public bool IsTurnThread => Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId;

    /// <summary>Runs a step and all that follows from it, until the code waits for something.</summary>
    public void Run(Action step)
    {
        Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        try
        {
            var first = Post(step);
            while (_queue.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }

            first.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            Volatile.Write(ref _thread, 0);
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _queue;

    protected override void QueueTask(Task task)
    {
        if (IsTurnThread)
        {
            _queue.Enqueue(task);
        }
        else
        {
            _onForeignThread();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        IsTurnThread && !taskWasPreviouslyQueued && TryExecuteTask(task);

    Task Post(Action step) =>
        Task.Factory.StartNew(step, CancellationToken.None, TaskCreationOptions.None, this);

    sealed class OrchestratorSynchronizationContext(OrchestratorScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => _ = scheduler.Post(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("An orchestrator cannot be called into.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
