using DurableTask.Core;
using DurableTask.Core.History;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// A provider between whose effects a kill test can end the process (<see cref="RuntimeSeams"/>), and which knows how many work
/// items are not finished, so that a stop can wait for them.
/// </summary>
sealed class ObservedOrchestrationService(IOrchestrationService inner, Action<string>? onSeam) : IOrchestrationService
{
    readonly WorkInProgress _activities = new();
    readonly WorkInProgress _turns = new();

    public int ActivitiesInProgress => _activities.Count;

    public int TaskOrchestrationDispatcherCount => inner.TaskOrchestrationDispatcherCount;

    public int MaxConcurrentTaskOrchestrationWorkItems => inner.MaxConcurrentTaskOrchestrationWorkItems;

    public BehaviorOnContinueAsNew EventBehaviourForContinueAsNew => inner.EventBehaviourForContinueAsNew;

    public int TaskActivityDispatcherCount => inner.TaskActivityDispatcherCount;

    public int MaxConcurrentTaskActivityWorkItems => inner.MaxConcurrentTaskActivityWorkItems;

    /// <summary>Ends when every work item that was handed out has been completed or given back.</summary>
    public Task WhenIdle() => Task.WhenAll(_activities.WhenNone(), _turns.WhenNone());

    public async Task<TaskOrchestrationWorkItem?> LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        var item = await inner.LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, cancellationToken);
        if (item is null)
        {
            return null;
        }

        _turns.Begin();
        Seam(RuntimeSeams.TurnAfterFetch);
        return item;
    }

    public async Task CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        if (!ReferenceEquals(workItem.OrchestrationRuntimeState, newOrchestrationRuntimeState))
        {
            Seam(RuntimeSeams.ContinueAsNewBeforeCommit);
        }

        foreach (var message in orchestratorMessages)
        {
            message.Event = WithDetails(message.Event, workItem.InstanceId);
        }

        Seam(RuntimeSeams.TurnBeforeCommit);
        await inner.CompleteTaskOrchestrationWorkItemAsync(
            workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, timerMessages,
            continuedAsNewMessage, orchestrationState);
        Seam(RuntimeSeams.TurnAfterCommit);
    }

    public Task RenewTaskOrchestrationWorkItemLockAsync(TaskOrchestrationWorkItem workItem) =>
        inner.RenewTaskOrchestrationWorkItemLockAsync(workItem);

    public Task AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem) =>
        inner.AbandonTaskOrchestrationWorkItemAsync(workItem);

    // The dispatcher's last word on every item, whatever became of it.
    public async Task ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        try
        {
            await inner.ReleaseTaskOrchestrationWorkItemAsync(workItem);
        }
        finally
        {
            _turns.End();
        }
    }

    public async Task<TaskActivityWorkItem?> LockNextTaskActivityWorkItem(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        var item = await inner.LockNextTaskActivityWorkItem(receiveTimeout, cancellationToken);
        if (item is null)
        {
            return null;
        }

        // The dispatcher would drop it.
        if (cancellationToken.IsCancellationRequested)
        {
            await inner.AbandonTaskActivityWorkItemAsync(item);
            return null;
        }

        _activities.Begin();
        Seam(RuntimeSeams.ActivityBeforeStart);
        return item;
    }

    public Task<TaskActivityWorkItem> RenewTaskActivityWorkItemLockAsync(TaskActivityWorkItem workItem) =>
        inner.RenewTaskActivityWorkItemLockAsync(workItem);

    public async Task CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        if (ReferenceEquals(responseMessage.Event, ActivityCalls.CutOff))
        {
            await AbandonTaskActivityWorkItemAsync(workItem);
            return;
        }

        Seam(RuntimeSeams.ActivityAfterRunBeforeHistory);
        await inner.CompleteTaskActivityWorkItemAsync(workItem, responseMessage);
        Seam(RuntimeSeams.ActivityAfterHistory);
        _activities.End();
    }

    public async Task AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        try
        {
            await inner.AbandonTaskActivityWorkItemAsync(workItem);
        }
        finally
        {
            _activities.End();
        }
    }

    public Task StartAsync() => inner.StartAsync();

    public Task StopAsync() => inner.StopAsync();

    public Task StopAsync(bool isForced) => inner.StopAsync(isForced);

    public Task CreateAsync() => inner.CreateAsync();

    public Task CreateAsync(bool recreateInstanceStore) => inner.CreateAsync(recreateInstanceStore);

    public Task CreateIfNotExistsAsync() => inner.CreateIfNotExistsAsync();

    public Task DeleteAsync() => inner.DeleteAsync();

    public Task DeleteAsync(bool deleteInstanceStore) => inner.DeleteAsync(deleteInstanceStore);

    public bool IsMaxMessageCountExceeded(int currentMessageCount, OrchestrationRuntimeState runtimeState) =>
        inner.IsMaxMessageCountExceeded(currentMessageCount, runtimeState);

    public int GetDelayInSecondsAfterOnProcessException(Exception exception) =>
        inner.GetDelayInSecondsAfterOnProcessException(exception);

    public int GetDelayInSecondsAfterOnFetchException(Exception exception) =>
        inner.GetDelayInSecondsAfterOnFetchException(exception);

    // DurableTask.Core gives a termination no details, and the official shim of the parent expects every failure to have some.
    static HistoryEvent WithDetails(HistoryEvent historyEvent, string instanceId) =>
        historyEvent is SubOrchestrationInstanceFailedEvent { FailureDetails: null } failed
            ? new SubOrchestrationInstanceFailedEvent(
                failed.EventId, failed.TaskScheduledId, failed.Reason, failed.Details, Failures.Terminated(instanceId))
            : historyEvent;

    void Seam(string name) => onSeam?.Invoke(name);

    sealed class WorkInProgress
    {
        readonly Lock _lock = new();
        TaskCompletionSource? _none;

        public int Count { get; private set; }

        public void Begin()
        {
            lock (_lock)
            {
                Count++;
            }
        }

        public void End()
        {
            lock (_lock)
            {
                if (--Count == 0)
                {
                    _none?.TrySetResult();
                }
            }
        }

        public Task WhenNone()
        {
            lock (_lock)
            {
                _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Count == 0)
                {
                    _none.TrySetResult();
                }

                return _none.Task;
            }
        }
    }
}
