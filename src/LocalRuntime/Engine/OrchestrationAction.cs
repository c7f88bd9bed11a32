using LocalRuntime.Storage;

namespace LocalRuntime.Engine;

/// <summary>
/// Something that an orchestrator asked for in a turn. <paramref name="Target"/> is the other instance of a
/// sub-orchestration or an event.
/// </summary>
sealed record OrchestrationAction(
    EventKind Kind, int TaskId, string Name, string? Target = null, string? Input = null, DateTime FireAt = default,
    string Version = "")
{
    /// <summary>As history keeps it: what replay compares, no payloads.</summary>
    public HistoryRow ToHistory(int turn, DateTime at) => new(turn, at, Kind, TaskId, Name, Target);

    /// <summary>Whether replayed code asks for the same as history says that it did.</summary>
    public bool Matches(HistoryRow row) =>
        Kind == row.Kind
        && TaskId == row.TaskId
        && string.Equals(Name, row.Name, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Target, row.Data, StringComparison.Ordinal);

    public static string Describe(HistoryRow row) => Describe(row.Kind, row.TaskId, row.Name, row.Data);

    public override string ToString() => Describe(Kind, TaskId, Name, Target);

    static string Describe(EventKind kind, int taskId, string? name, string? target) => kind switch
    {
        EventKind.TaskScheduled => $"call #{taskId} of activity '{name}'",
        EventKind.SubOrchestrationCreated => $"call #{taskId} of sub-orchestration '{name}' as instance '{target}'",
        EventKind.TimerCreated => $"timer #{taskId}",
        EventKind.EventSent => $"event #{taskId} '{name}' to instance '{target}'",
        _ => $"{kind} #{taskId}",
    };
}
