using LocalRuntime.Storage;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Engine;

/// <summary>Turns the outcome of a turn into what is committed.</summary>
static class TurnActions
{
    public static TurnCommit OnlyStatus(InstanceRecord instance, Inbox inbox) => new()
    {
        Instance = instance,
        Consumed = inbox.Consumed,
        History = [],
        Activities = [],
        Messages = [],
        Children = [],
    };

    public static TurnCommit Commit(
        InstanceRecord instance, Inbox inbox, TurnOutcome outcome, OrchestrationRuntimeStatus status, DateTime now)
    {
        var turn = instance.Turns + 1;
        List<HistoryRow> history =
        [
            .. inbox.Deliver.Select(message => new HistoryRow(
                turn, now, message.Kind, message.TaskId, message.Name, message.Data)),
            .. outcome.Actions.Select(action => action.ToHistory(turn, now)),
        ];
        var failure = outcome.Failure is null ? null : Failures.ToJson(outcome.Failure);
        var after = instance with
        {
            Status = !outcome.IsEnded ? status
                : failure is null ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed,
            Updated = now,
            CustomStatus = outcome.CustomStatus,
            Output = outcome.Output,
            Failure = failure,
            Turns = turn,
            HistoryLength = instance.HistoryLength + history.Count,
        };
        return new TurnCommit
        {
            Instance = after,
            Consumed = inbox.Consumed,
            History = history,
            Activities = [.. Of(outcome, EventKind.TaskScheduled).Select(action => new ActivityCall(
                instance.Id, instance.Execution, action.TaskId, action.Name, action.Version, action.Input)
                {
                    Trace = instance.Trace,
                })],
            Messages =
            [
                .. Timers(instance, outcome),
                .. Events(instance, outcome),
                .. outcome.IsEnded ? Answer(after, failure) : [],
            ],
            Children =
            [
                .. Of(outcome, EventKind.SubOrchestrationCreated).Select(action => Child(instance, action, now)),
            ],
            NextExecution = outcome.Anew is var (input, version)
                ? after with
                {
                    Execution = NewExecution(),
                    Input = input,
                    Version = version,
                    Turns = 0,
                    HistoryLength = 0,
                }
                : null,
        };
    }

    /// <summary>The answer to the orchestration that called this one, when it has ended and there is one.</summary>
    public static IEnumerable<Message> Answer(InstanceRecord ended, string? failure)
    {
        if (ended.Parent is { } parent)
        {
            yield return new Message(
                parent.InstanceId,
                failure is null ? EventKind.SubOrchestrationCompleted : EventKind.SubOrchestrationFailed,
                parent.TaskId,
                ended.Name,
                failure ?? ended.Output,
                parent.Execution);
        }
    }

    public static string NewExecution() => Guid.NewGuid().ToString("N");

    static IEnumerable<OrchestrationAction> Of(TurnOutcome outcome, EventKind kind) =>
        outcome.Actions.Where(action => action.Kind == kind);

    static IEnumerable<Message> Timers(InstanceRecord instance, TurnOutcome outcome) =>
        Of(outcome, EventKind.TimerCreated).Select(action => new Message(
            instance.Id, EventKind.TimerFired, action.TaskId, Execution: instance.Execution, Due: action.FireAt));

    static IEnumerable<Message> Events(InstanceRecord instance, TurnOutcome outcome) =>
        Of(outcome, EventKind.EventSent)
            .Select(action => new Message(action.Target!, EventKind.EventRaised, Name: action.Name, Data: action.Input))
            .Concat((outcome.CarriedEvents ?? []).Select(carried => new Message(
                instance.Id, EventKind.EventRaised, Name: carried.Name, Data: carried.Data)));

    static InstanceRecord Child(InstanceRecord parent, OrchestrationAction action, DateTime now) => new()
    {
        Id = action.Target!,
        Execution = NewExecution(),
        Name = action.Name,
        Version = action.Version,
        Created = now,
        Updated = now,
        Input = action.Input,
        Parent = new ParentCall(parent.Id, parent.Execution, parent.Name, action.TaskId),
        Trace = parent.Trace,
    };
}
