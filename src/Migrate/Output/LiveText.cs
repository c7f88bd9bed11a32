using System.Globalization;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Output;

/// <summary>Live figures in words, shortest where they stand most often.</summary>
static class LiveText
{
    /// <summary><c>12,345 rows/s and 2.5 MB/s now, 11,987 rows/s overall, 0:01:02 left</c>; what is not known is left
    /// out.</summary>
    public static string Of(LiveFigures live)
    {
        var parts = new List<string>();
        if (live.RowsPerSecondNow is { } now)
            parts.Add(string.Create(CultureInfo.InvariantCulture,
                $"{now:N0} rows/s and {live.MegabytesPerSecondNow:F1} MB/s now, {live.RowsPerSecond:N0} rows/s overall"));
        else
            parts.Add(string.Create(CultureInfo.InvariantCulture,
                $"{live.RowsPerSecond:N0} rows/s and {live.MegabytesPerSecond:F1} MB/s"));
        if (live.SecondsLeft is { } seconds)
            parts.Add($"{Duration(seconds)} left");
        return string.Join(", ", parts);
    }

    /// <summary><c>Slowest batch: 12 of student, tenant 7: 20,000 rows in 4.2 s.</c></summary>
    public static string Of(SlowestBatch batch) => string.Create(CultureInfo.InvariantCulture,
        $"Slowest batch: {batch.Number} of {batch.Entity}, tenant {batch.Tenant}: {batch.Rows:N0} rows in {batch.Seconds:F1} s.");

    // Nobody waits for a time that does not fit: it only says that something is very slow.
    static string Duration(double seconds)
    {
        var left = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(999).TotalSeconds));
        return string.Create(CultureInfo.InvariantCulture, $"{(long)left.TotalHours}:{left:mm\\:ss}");
    }
}
