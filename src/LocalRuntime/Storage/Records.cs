using Microsoft.DurableTask.Client;

namespace LocalRuntime.Storage;

/// <summary>What history and inbox rows are about. The numbers stand in the database: never renumber.</summary>
enum EventKind
{
    Start = 1,
    TaskCompleted = 2,
    TaskFailed = 3,
    SubOrchestrationCompleted = 4,
    SubOrchestrationFailed = 5,
    TimerFired = 6,
    EventRaised = 7,
    Suspend = 8,
    Resume = 9,
    Terminate = 10,
    TaskScheduled = 20,
    SubOrchestrationCreated = 21,
    TimerCreated = 22,
    EventSent = 23,
}

/// <summary>The call that an instance answers when it ends.</summary>
sealed record ParentCall(string InstanceId, string Execution, string Name, int TaskId);

/// <summary>
/// One orchestration instance. An execution ends with a continue-as-new; answers to an older one are dropped.
/// </summary>
sealed record InstanceRecord
{
    public required string Id { get; init; }

    public required string Execution { get; init; }

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public required DateTime Created { get; init; }

    public required DateTime Updated { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    /// <summary>Failure details as JSON.</summary>
    public string? Failure { get; init; }

    /// <summary>Tags as a JSON object.</summary>
    public string? Tags { get; init; }

    public ParentCall? Parent { get; init; }

    /// <summary>What its spans are parts of.</summary>
    public TraceLink? Trace { get; init; }

    /// <summary>Turns committed in this execution.</summary>
    public int Turns { get; init; }

    /// <summary>History rows in this execution.</summary>
    public int HistoryLength { get; init; }

    public bool IsCompleted => Status is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}

/// <summary>
/// Something that waits for an instance's next turn, from <paramref name="Due"/> on. <paramref name="Execution"/> is
/// null when any execution may take it.
/// </summary>
sealed record Message(
    string InstanceId,
    EventKind Kind,
    int TaskId = -1,
    string? Name = null,
    string? Data = null,
    string? Execution = null,
    DateTime Due = default)
{
    public long Sequence { get; init; }
}

/// <summary>
/// One row of history. All rows of a turn carry its number and its time; what came in stands before what went out.
/// </summary>
sealed record HistoryRow(int Turn, DateTime At, EventKind Kind, int TaskId, string? Name, string? Data);

/// <summary>A call of an activity that has not been answered.</summary>
sealed record ActivityCall(string InstanceId, string Execution, int TaskId, string Name, string Version, string? Input)
{
    public long Sequence { get; init; }

    /// <summary>What its span is a part of: the same as its instance's.</summary>
    public TraceLink? Trace { get; init; }
}

/// <summary>All that one turn changes; it is committed whole or not at all.</summary>
sealed record TurnCommit
{
    public required InstanceRecord Instance { get; init; }

    public required IReadOnlyList<long> Consumed { get; init; }

    public required IReadOnlyList<HistoryRow> History { get; init; }

    public required IReadOnlyList<ActivityCall> Activities { get; init; }

    public required IReadOnlyList<Message> Messages { get; init; }

    public required IReadOnlyList<InstanceRecord> Children { get; init; }

    /// <summary>Set when the instance begins anew: its history and unanswered calls go.</summary>
    public InstanceRecord? NextExecution { get; init; }

    /// <summary>Whether a termination goes on to the orchestrations that this one called.</summary>
    public bool TerminateChildren { get; init; }
}

/// <summary>What a commit set going: activities to run, and instances to wake at a time.</summary>
sealed record CommitEffects(
    IReadOnlyList<ActivityCall> Activities, IReadOnlyList<(string InstanceId, DateTime Due)> Wakes);
