using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Limits;

/// <summary>Whether a tenant is to be left alone now, and until when. Times are those of the clock on the wall, so a
/// blackout keeps its hours over changes of daylight saving time.</summary>
public static class BlackoutCalendar
{
    const int MaxNamed = 5;

    /// <summary>The end of the blackout that holds at an instant, those that follow it without a gap included; null when
    /// none does.</summary>
    /// <param name="tenantZone">The tenant's zone, for blackouts that name none.</param>
    /// <exception cref="MigrationException">MIG2025: a zone is needed and unknown.</exception>
    public static DateTimeOffset? EndOf(
        IReadOnlyList<Blackout> blackouts, string? tenantZone, string tenantKey, DateTimeOffset now)
    {
        DateTimeOffset? end = null;
        // Bounded by the validator, which refuses blackouts that never end; several zones may still add up to that.
        for (var step = 0; step < 7 * 24; step++)
        {
            var at = end ?? now;
            var later = blackouts.Select(b => EndOf(b, Zone(b, tenantZone, tenantKey), at)).Max();
            if (later is null)
                return end;
            end = later;
        }
        return end;
    }

    /// <summary>True when every zone that the blackouts need of this tenant is known to this machine.</summary>
    public static bool KnowsZones(IReadOnlyList<Blackout> blackouts, string? tenantZone) =>
        blackouts.All(b => b.TimeZone is not null)
        || (tenantZone is not null && TimeZoneRules.Find(tenantZone) is not null);

    static DateTimeOffset? EndOf(Blackout blackout, TimeZoneInfo zone, DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        // It may have begun yesterday.
        foreach (var day in new[] { wall.Date.AddDays(-1), wall.Date })
        {
            if (!blackout.Days.Contains(day.DayOfWeek))
                continue;
            var begin = day.AddMinutes(Blackout.MinuteOf(blackout.From));
            var end = begin.AddMinutes(blackout.Minutes);
            if (begin <= wall && wall < end)
                return Instant(end, zone, now);
        }
        return null;
    }

    // Of a time that comes twice the first that is not past; one that is skipped is where the clock goes on.
    static DateTimeOffset Instant(DateTime wall, TimeZoneInfo zone, DateTimeOffset now)
    {
        while (zone.IsInvalidTime(wall))
            wall = wall.AddMinutes(1);
        var offsets = zone.IsAmbiguousTime(wall)
            ? zone.GetAmbiguousTimeOffsets(wall).OrderDescending().ToArray()
            : [zone.GetUtcOffset(wall)];
        var instants = offsets.Select(o => new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), o))
            .ToList();
        return instants.Find(i => i > now) is var first && first != default ? first : instants[^1];
    }

    static TimeZoneInfo Zone(Blackout blackout, string? tenantZone, string tenantKey)
    {
        var name = blackout.TimeZone ?? tenantZone;
        return (name is null ? null : TimeZoneRules.Find(name))
            ?? throw new MigrationException(Unknown([tenantKey], name));
    }

    public static Problem Unknown(IEnumerable<string> tenants, string? zone) => new(
        ErrorCodes.TenantZoneUnknown, $"tenant {string.Join(", ", tenants)}",
        zone is null
            ? "The source holds no time zone for it, and a blackout needs one."
            : $"Its time zone {Quoted.Text(zone)} is not known here, and a blackout needs it.",
        "Correct the tenant's time zone, or name one in the blackout.");

    /// <summary>Tenants whose zone a blackout needs and this machine does not know.</summary>
    public static IEnumerable<Problem> UnknownZones(
        IReadOnlyList<Blackout> blackouts, IReadOnlyList<Tenant> tenants) =>
        tenants.Where(t => !KnowsZones(blackouts, t.TimeZone)).GroupBy(t => t.TimeZone)
            .Select(zone => Unknown(zone.Select(t => t.Key).Take(MaxNamed), zone.Key));
}
