using DurableTask.Core;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// A turn of one orchestration. The same object is handed out for the next turn while its orchestration is kept in memory: the
/// dispatcher's cursor in it then goes on without a replay, and holds no slot of the dispatcher while nothing comes.
/// </summary>
sealed class SqliteWorkItem : TaskOrchestrationWorkItem
{
    /// <summary>Sequences of the messages that this turn consumes.</summary>
    public required IReadOnlyList<long> Consumed { get; set; }

    /// <summary>The execution, and how many of its events are stored: null before the first turn.</summary>
    public (string Execution, int Events)? Stored { get; set; }

    /// <summary>Whether the turn is committed and the orchestration goes on.</summary>
    public bool IsLive { get; set; }
}

/// <summary>A call of an activity that has not been answered.</summary>
sealed class SqliteActivityItem : TaskActivityWorkItem
{
    public required long Sequence { get; init; }
}

/// <summary>What a commit set going: activities to run, and instances to wake at a time.</summary>
sealed record CommitEffects(
    IReadOnlyList<SqliteActivityItem> Activities, IReadOnlyList<(string InstanceId, DateTime Due)> Wakes)
{
    public static CommitEffects None { get; } = new([], []);
}
