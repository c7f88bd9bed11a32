using System.Collections.Concurrent;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Encoders;

/// <summary>How often a local time occurs in its zone.</summary>
enum LocalTime
{
    Once,

    /// <summary>The clock was set back over it.</summary>
    Twice,

    /// <summary>The clock was set forward over it.</summary>
    Never,
}

/// <summary>Offsets from UTC of one time zone for local times of the years 1 to 9999. Of a time that occurs twice it
/// gives the offset before the change or the one after it; a time that never occurs takes the offset before the change,
/// which moves it forward by the gap. Before the change is what SQL Server's AT TIME ZONE does in an overlap; in a gap
/// it gives the same instant ("AT TIME ZONE (Transact-SQL)", remarks). PostgreSQL's AT TIME ZONE takes the later of the
/// two, and the same as here in a gap. Years are worked out once, when first met; safe for many threads.</summary>
sealed class ZoneOffsets
{
    const long Step = 6 * TimeSpan.TicksPerHour;
    const int Margin = 2;
    static readonly ConcurrentDictionary<string, ZoneOffsets?> Zones = new(StringComparer.Ordinal);
    readonly TimeZoneInfo _zone;
    readonly Period[]?[] _years = new Period[DateTime.MaxValue.Year + 1][];

    ZoneOffsets(TimeZoneInfo zone) => _zone = zone;

    /// <summary>The zone of that IANA or Windows name, or null when this machine knows none.</summary>
    public static ZoneOffsets? Find(string name) =>
        Zones.GetOrAdd(name, n => TimeZoneRules.Find(n) is { } zone ? new(zone) : null);

    /// <summary>Ticks to take from a local time to get UTC.</summary>
    public long OffsetAt(long localTicks, bool takesLater, out LocalTime occurs)
    {
        var periods = PeriodsOf(new DateTime(localTicks).Year);
        var i = 0;
        while (i < periods.Length - 1 && localTicks >= periods[i].LocalEnd)
            i++;
        // A time before its period's local beginning lies in the gap that the clock skipped: the old offset holds.
        if (i > 0 && localTicks < periods[i].LocalStart)
        {
            occurs = LocalTime.Never;
            return periods[i - 1].Offset;
        }

        var isTwice = i < periods.Length - 1 && localTicks >= periods[i + 1].LocalStart;
        occurs = isTwice ? LocalTime.Twice : LocalTime.Once;
        return isTwice && takesLater ? periods[i + 1].Offset : periods[i].Offset;
    }

    Period[] PeriodsOf(int year)
    {
        if (Volatile.Read(ref _years[year]) is { } known)
            return known;
        var found = FindPeriods(year);
        Volatile.Write(ref _years[year], found);
        return found;
    }

    Period[] FindPeriods(int year)
    {
        var at = Math.Max(0, new DateTime(year, 1, 1).Ticks - (Margin * TimeSpan.TicksPerDay));
        var last = DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond;
        var end = Math.Min(last, at + ((366 + (2 * Margin)) * TimeSpan.TicksPerDay));
        var periods = new List<Period>();
        var (start, offset) = (long.MinValue, OffsetOfUtc(at));
        while (at < end)
        {
            var next = Math.Min(at + Step, end);
            if (OffsetOfUtc(next) is var after && after != offset)
            {
                var change = FindChange(at, next, offset);
                periods.Add(new(start, change + offset, offset));
                (start, offset) = (change + after, after);
            }

            at = next;
        }

        periods.Add(new(start, long.MaxValue, offset));
        return [.. periods];
    }

    /// <summary>The first second in (low, high] with another offset.</summary>
    long FindChange(long low, long high, long offset)
    {
        while (high - low > TimeSpan.TicksPerSecond)
        {
            var middle = low + ((high - low) / 2 / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);
            if (OffsetOfUtc(middle) == offset)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    long OffsetOfUtc(long ticks) => _zone.GetUtcOffset(new DateTime(ticks, DateTimeKind.Utc)).Ticks;

    readonly record struct Period(long LocalStart, long LocalEnd, long Offset);
}
