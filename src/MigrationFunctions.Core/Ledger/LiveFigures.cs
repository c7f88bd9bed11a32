namespace MigrationFunctions.Core.Ledger;

/// <summary>How fast a run, a tenant or an entity goes. Only what is committed counts, and only batches of this run: what
/// an earlier run left in the ledger makes nothing look fast. Rows are rows read: written, rejected and filtered ones.
/// Megabytes (10^6) are PGCOPY tuples written. Times are the database's own, so that no two clocks are compared.</summary>
/// <param name="RowsPerSecond">Since the first batch began: until now, or until the last batch when the work has
/// ended.</param>
/// <param name="MegabytesPerSecond">Likewise.</param>
/// <param name="SlowestBatch">The batch that took longest so far.</param>
/// <param name="RowsPerSecondNow">Rows of the batches committed within the last <see cref="Window"/>, or since the first
/// began if that is less; null when nothing is at work.</param>
/// <param name="MegabytesPerSecondNow">Likewise.</param>
/// <param name="RowsLeft">Rows to be read yet; null as long as it is not known of every part.</param>
/// <param name="SecondsLeft">At the present speed, or at that since the beginning when no batch was committed of late; null
/// when nothing is at work or <see cref="RowsLeft"/> is not known.</param>
/// <param name="Eta">When it will be done if it goes on like that.</param>
public sealed record LiveFigures(
    double RowsPerSecond, double MegabytesPerSecond, SlowestBatch? SlowestBatch, double? RowsPerSecondNow,
    double? MegabytesPerSecondNow, long? RowsLeft, double? SecondsLeft, DateTimeOffset? Eta)
{
    /// <summary>What "now" means: long enough for a batch or two of each lane.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    // Below this a single small batch would look like a record.
    static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);

    const double Megabyte = 1e6;

    /// <summary>The figures of slices together; null when this run has committed nothing of them.</summary>
    /// <param name="isAtWork">The work has begun, has not ended, and nobody holds it up.</param>
    /// <param name="at">The database's time when it was asked.</param>
    public static LiveFigures? Of(IReadOnlyCollection<SliceWork> slices, bool isAtWork, DateTimeOffset at)
    {
        if (slices.Min(s => s.BeganAt) is not { } began)
            return null;
        var end = isAtWork ? at : slices.Max(s => s.DoneAt) ?? at;
        var seconds = Longer(end - began, ShortestTime).TotalSeconds;
        var rate = slices.Sum(s => s.Rows) / seconds;
        var left = slices.Any(s => s.RowsLeft is null) ? null : slices.Sum(s => s.RowsLeft);
        var overall = new LiveFigures(
            Math.Round(rate, 1), Math.Round(slices.Sum(s => s.Bytes) / Megabyte / seconds, 3),
            slices.Select(s => s.Slowest).MaxBy(s => s?.Seconds), null, null, left, null, null);
        return isAtWork ? overall.WithPresent(slices, rate, at, at - began) : overall;
    }

    LiveFigures WithPresent(IReadOnlyCollection<SliceWork> slices, double overall, DateTimeOffset at, TimeSpan since)
    {
        var seconds = Longer(since < Window ? since : Window, ShortestTime).TotalSeconds;
        var rate = slices.Sum(s => s.RecentRows) / seconds;
        var expected = rate > 0 ? rate : overall;
        double? left = RowsLeft is { } rows && expected > 0 ? Math.Round(rows / expected, 1) : null;
        return this with
        {
            RowsPerSecondNow = Math.Round(rate, 1),
            MegabytesPerSecondNow = Math.Round(slices.Sum(s => s.RecentBytes) / Megabyte / seconds, 3),
            SecondsLeft = left,
            Eta = left is { } wait && wait < TimeSpan.FromDays(3_650).TotalSeconds ? at.AddSeconds(wait) : null,
        };
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
