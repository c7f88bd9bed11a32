using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>All that one turn changes, in one transaction: messages in, history, what goes out, the instance's state.</summary>
sealed class TurnCommit(
    SqliteWorkItem item,
    OrchestrationRuntimeState after,
    IEnumerable<TaskMessage> activities,
    IEnumerable<TaskMessage> messages,
    IEnumerable<TaskMessage> timers,
    OrchestrationState? state,
    DateTime now)
{
    readonly List<(string, DateTime)> _wakes = [];

    public CommitEffects Apply(StoreConnection connection)
    {
        Statements.DeleteMessages(connection, item.Consumed);
        if (state is null
            || Statements.Position(connection, item.InstanceId) is not { HasEnded: false } before
            || (item.Stored is { } stored && stored.Execution != before.Execution))
        {
            // Purged or replaced meanwhile: what the turn did is nobody's any more.
            return CommitEffects.None;
        }

        var isNewExecution = after.OrchestrationInstance!.ExecutionId != before.Execution;
        if (isNewExecution)
        {
            Statements.DeleteExecution(connection, item.InstanceId);
        }

        Statements.Append(connection, item.InstanceId, isNewExecution ? 0 : before.Events, after.NewEvents);
        state.OrchestrationInstance = after.OrchestrationInstance;
        Statements.Update(connection, state, after.Events.Count, now);
        foreach (var timer in timers)
        {
            Send(connection, timer, ((TimerFiredEvent)timer.Event).FireAt);
        }

        foreach (var message in messages)
        {
            Deliver(connection, message);
        }

        var calls = activities.Select(call => Statements.ActivityItem(Statements.Call(connection, call), call)).ToList();
        if (!state.OrchestrationStatus.HasEnded())
        {
            return new CommitEffects(calls, _wakes);
        }

        Statements.DeleteOpenWork(connection, item.InstanceId);
        return new CommitEffects([], _wakes);
    }

    void Deliver(StoreConnection connection, TaskMessage message)
    {
        if (message.Event is ExecutionStartedEvent start)
        {
            StartChild(connection, start);
        }
        else
        {
            Send(connection, message, default);
        }
    }

    void StartChild(StoreConnection connection, ExecutionStartedEvent start)
    {
        var id = start.OrchestrationInstance.InstanceId;
        if (Statements.Position(connection, id) is { HasEnded: false } existing)
        {
            var details = new FailureDetails(
                typeof(OrchestrationAlreadyExistsException).FullName!, AlreadyExists(id, existing.Status), null, null,
                isNonRetriable: false);
            Send(
                connection,
                new TaskMessage
                {
                    OrchestrationInstance = start.ParentInstance.OrchestrationInstance,
                    Event = new SubOrchestrationInstanceFailedEvent(
                        -1, start.ParentInstance.TaskScheduleId, details.ErrorMessage, null, details),
                },
                default);
            return;
        }

        Statements.Start(connection, start, now);
        _wakes.Add((id, default));
    }

    public static string AlreadyExists(string id, OrchestrationStatus status) =>
        $"An Orchestration instance with the ID {id} already exists and is {status}.";

    void Send(StoreConnection connection, TaskMessage message, DateTime due)
    {
        if (Statements.Send(connection, message, due))
        {
            _wakes.Add((message.OrchestrationInstance.InstanceId, due));
        }
    }
}
