namespace MigrationFunctions.Core.Limits;

/// <summary>Where a run's throttle stands.</summary>
/// <param name="Window">Writers that it allows.</param>
/// <param name="Reason">Why, in a few words.</param>
/// <param name="Since">When window or reason changed last.</param>
/// <param name="AdjustedAt">When it was looked at last; the next look is due an interval later.</param>
/// <param name="Best">The run's best microseconds for a row, by entity.</param>
public sealed record ThrottleState(
    int Window, string Reason, DateTimeOffset Since, DateTimeOffset AdjustedAt, IReadOnlyDictionary<string, double> Best)
{
    public const string FullWindow = "full window";
    public const string SignalLost = "signal lost";

    public static ThrottleState Full(int window, DateTimeOffset at) =>
        new(window, FullWindow, at, at, new Dictionary<string, double>());
}

/// <summary>How the target fares, as seen from the run's own sessions and the batches that ended lately.</summary>
/// <param name="MicrosecondsPerRow">Median over the batches that ended since the last look, by entity; an entity without
/// a batch large enough to tell is absent.</param>
/// <param name="Active">Times that a session of the run was seen at work.</param>
/// <param name="Waiting">Of these, times that it was waiting within the server: for a lock, for storage, for a standby.</param>
/// <param name="WaitsFor">What it waited for most often, or null.</param>
public sealed record TargetLoad(
    DateTimeOffset MeasuredAt, IReadOnlyDictionary<string, double> MicrosecondsPerRow, int Active, int Waiting,
    string? WaitsFor);
