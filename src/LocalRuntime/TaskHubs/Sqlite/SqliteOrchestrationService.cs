using System.Threading.Channels;
using DurableTask.Core;
using DurableTask.Core.History;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// Durable Task's provider over SQLite. Each completed work item is one transaction; a crash before it leaves all as it was, and
/// what had been handed out is handed out again: activities run at least once, their answers enter history once. An instance is
/// handed out to one worker at a time, instances in the order in which they became ready.
/// </summary>
sealed partial class SqliteOrchestrationService(SqliteTaskHubSettings settings, TaskHubStore store)
    : IOrchestrationService, IDisposable
{
    const int RetryDelaySeconds = 1;

    readonly ReadyQueue _ready = new();
    readonly Channel<SqliteActivityItem> _activities = Channel.CreateUnbounded<SqliteActivityItem>();
    readonly SessionCache _sessions = new(settings.MaxLiveSessions);
    WakeClock? _clock;

    /// <summary>Lets callers wait for an instance's next committed change.</summary>
    public InstanceWatch Watch { get; } = new();

    public int TaskOrchestrationDispatcherCount => 1;

    public int MaxConcurrentTaskOrchestrationWorkItems => settings.MaxConcurrentOrchestrations;

    public BehaviorOnContinueAsNew EventBehaviourForContinueAsNew => BehaviorOnContinueAsNew.Carryover;

    public int TaskActivityDispatcherCount => 1;

    public int MaxConcurrentTaskActivityWorkItems => settings.MaxConcurrentActivities;

    DateTime Now => settings.TimeProvider.GetUtcNow().UtcDateTime;

    /// <summary>Takes up what was not finished when the hub was last closed.</summary>
    public Task StartAsync()
    {
        _clock = new WakeClock(settings.TimeProvider, _ready.Signal);
        Take(store.Read(Statements.Unfinished));
        return Task.CompletedTask;
    }

    public Task StopAsync() => StopAsync(isForced: false);

    public Task StopAsync(bool isForced) => Task.CompletedTask;

    public Task CreateAsync() => Task.CompletedTask;

    public Task CreateAsync(bool recreateInstanceStore) => Task.CompletedTask;

    public Task CreateIfNotExistsAsync() => Task.CompletedTask;

    public Task DeleteAsync() => throw new NotSupportedException("Delete the folder when no process has it.");

    public Task DeleteAsync(bool deleteInstanceStore) => DeleteAsync();

    public bool IsMaxMessageCountExceeded(int currentMessageCount, OrchestrationRuntimeState runtimeState) => false;

    public int GetDelayInSecondsAfterOnProcessException(Exception exception) => RetryDelaySeconds;

    public int GetDelayInSecondsAfterOnFetchException(Exception exception) =>
        exception is OperationCanceledException ? 0 : RetryDelaySeconds;

    public async Task<TaskOrchestrationWorkItem?> LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(receiveTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        while (true)
        {
            string id;
            try
            {
                id = await _ready.TakeAsync(either.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                return null;
            }

            if (await LoadAsync(id) is { } item)
            {
                return item;
            }

            _ready.Release(id);
        }
    }

    public async Task CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState? orchestrationState)
    {
        var item = (SqliteWorkItem)workItem;
        var commit = new TurnCommit(
            item, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, timerMessages, orchestrationState, Now);
        Take(await store.WriteAsync(commit.Apply));
        item.IsLive = orchestrationState is not null && !orchestrationState.OrchestrationStatus.HasEnded();
        if (item.IsLive)
        {
            item.Stored = (
                newOrchestrationRuntimeState.OrchestrationInstance!.ExecutionId, newOrchestrationRuntimeState.Events.Count);
        }

        Watch.Changed(item.InstanceId);
    }

    public Task RenewTaskOrchestrationWorkItemLockAsync(TaskOrchestrationWorkItem workItem) => Task.CompletedTask;

    public Task AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        ((SqliteWorkItem)workItem).IsLive = false;
        _clock!.WakeAt(workItem.InstanceId, Now.AddSeconds(RetryDelaySeconds));
        return Task.CompletedTask;
    }

    // The dispatcher calls it last, when it has put the state of the newest execution into the item.
    public Task ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        var item = (SqliteWorkItem)workItem;
        if (item.IsLive && settings.ExtendedSessions)
        {
            _sessions.Put(item);
        }

        _ready.Release(item.InstanceId);
        return Task.CompletedTask;
    }

    public async Task<TaskActivityWorkItem?> LockNextTaskActivityWorkItem(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(receiveTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await _activities.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task<TaskActivityWorkItem> RenewTaskActivityWorkItemLockAsync(TaskActivityWorkItem workItem) =>
        Task.FromResult(workItem);

    public async Task CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        var sequence = ((SqliteActivityItem)workItem).Sequence;
        // Its turn flushes it: where that has not come, the call is handed out again, as after any crash.
        var delivered = await store.WriteRepeatableAsync(connection =>
            connection.Execute("DELETE FROM activity WHERE sequence = $1", sequence) == 1
            && Statements.Send(connection, responseMessage, default));
        if (delivered)
        {
            _ready.Signal(responseMessage.OrchestrationInstance.InstanceId);
        }
    }

    /// <summary>Hands the call out again after a second.</summary>
    public Task AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        _ = AgainAsync((SqliteActivityItem)workItem);
        return Task.CompletedTask;
    }

    public void Dispose() => _clock?.Dispose();

    async Task AgainAsync(SqliteActivityItem item)
    {
        await Task.Delay(TimeSpan.FromSeconds(RetryDelaySeconds), settings.TimeProvider);
        _activities.Writer.TryWrite(item);
    }

    async Task<SqliteWorkItem?> LoadAsync(string id)
    {
        var session = _sessions.Take(id);
        var (found, messages) = store.Read(connection =>
            (Statements.Position(connection, id), Statements.DueMessages(connection, id, Now)));
        if (found is not { HasEnded: false } position)
        {
            await store.WriteAsync(connection =>
            {
                Statements.DeleteMessages(connection, messages.Select(message => message.Sequence));
                return true;
            });
            return null;
        }

        // Before the start is due, everything else waits for it: the dispatcher would drop it.
        if (messages.Count == 0
            || (position.Events == 0 && messages[0].Message.Event.EventType != EventType.ExecutionStarted))
        {
            if (session is not null)
            {
                _sessions.Put(session);
            }

            return null;
        }

        var item = session is not null && session.Stored == (position.Execution, position.Events) ? session : Open(id, position);
        item.OrchestrationRuntimeState.NewEvents.Clear();
        item.NewMessages = [.. messages.Select(message => message.Message)];
        item.Consumed = [.. messages.Select(message => message.Sequence)];
        item.IsLive = false;
        return item;
    }

    SqliteWorkItem Open(string id, InstancePosition position) => new()
    {
        InstanceId = id,
        OrchestrationRuntimeState = new OrchestrationRuntimeState(
            position.Events == 0 ? [] : store.Read(connection => Statements.History(connection, id))),
        LockedUntilUtc = DateTime.MaxValue,
        Consumed = [],
        Stored = position.Events == 0 ? null : (position.Execution, position.Events),
    };

    void Take(CommitEffects effects)
    {
        foreach (var call in effects.Activities)
        {
            _activities.Writer.TryWrite(call);
        }

        foreach (var (id, due) in effects.Wakes)
        {
            Wake(id, due);
        }
    }

    // Before the start there is nobody to be woken: what is stored is taken up then.
    void Wake(string id, DateTime due) => _clock?.WakeAt(id, due);
}
