using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Hours of the week in which a tenant is left alone: no batch of it begins, one that runs ends.</summary>
public sealed partial record Blackout
{
    /// <summary>Pattern of the times of day, 24:00 being the end of the day.</summary>
    public const string TimePattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";

    /// <summary>Days on which it begins.</summary>
    public required IReadOnlyList<DayOfWeek> Days { get; init; }

    /// <summary>Local time at which it begins, as <c>07:00</c>.</summary>
    public required string From { get; init; }

    /// <summary>Local time at which it ends, as <c>16:00</c>; <c>24:00</c> is the end of the day. One that is before
    /// <c>from</c> is on the next day.</summary>
    public required string To { get; init; }

    /// <summary>IANA time zone of the times, or <c>UTC</c>; without it each tenant's own, which needs
    /// <c>tenants.timeZoneColumn</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Minutes from the beginning of the day to a time of the pattern.</summary>
    /// <exception cref="FormatException">The text is no such time.</exception>
    public static int MinuteOf(string time) => IsTime(time)
        ? (int.Parse(time.AsSpan(0, 2), CultureInfo.InvariantCulture) * 60)
            + int.Parse(time.AsSpan(3), CultureInfo.InvariantCulture)
        : throw new FormatException($"'{time}' is not a time of day.");

    /// <summary>True for <c>00:00</c> to <c>24:00</c>.</summary>
    public static bool IsTime(string time) => Time().IsMatch(time);

    /// <summary>Minutes that it lasts by the clock on the wall.</summary>
    [JsonIgnore]
    public int Minutes => MinuteOf(To) is var to && MinuteOf(From) is var from && to > from
        ? to - from
        : to - from + (24 * 60);

    /// <summary>For messages: <c>monday, tuesday 07:00-16:00</c>.</summary>
    public override string ToString()
    {
        var days = string.Join(", ", Days.Select(d => ManifestJson.Name(d)));
        return $"{days} {From}-{To}{(TimeZone is null ? "" : " " + TimeZone)}";
    }

    [GeneratedRegex(TimePattern + "(?!\n)")]
    private static partial Regex Time();
}
