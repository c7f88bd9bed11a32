using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether blackouts make sense: times that are times, zones that are known, and an hour left to work in.</summary>
static class BlackoutRules
{
    const int MinutesOfDay = 24 * 60;

    public static IEnumerable<Problem> Check(IReadOnlyList<Blackout> blackouts, string place)
    {
        var problems = new List<Problem>();
        for (var i = 0; i < blackouts.Count; i++)
            Check(blackouts[i], JsonPath.Index($"{place}.blackouts", i), problems);
        if (problems.Count == 0 && blackouts.GroupBy(b => b.TimeZone).FirstOrDefault(CoversTheWeek) is { } always)
            problems.Add(new Problem(
                ErrorCodes.BlackoutWithoutEnd, $"{place}.blackouts",
                $"Together they forbid every minute of the week in {always.Key ?? "the tenant's time zone"}.",
                "Leave some hours to work in, or terminate the run."));
        return problems;
    }

    /// <summary>A blackout that names no zone needs the tenants' own.</summary>
    public static IEnumerable<Problem> CheckZones(IReadOnlyList<Blackout> blackouts, TenantSource tenants, string place)
    {
        if (tenants.TimeZoneColumn is not null)
            yield break;
        for (var i = 0; i < blackouts.Count; i++)
            if (blackouts[i].TimeZone is null)
                yield return new Problem(
                    ErrorCodes.BlackoutZoneMissing, JsonPath.Index($"{place}.blackouts", i),
                    "It names no time zone, and the manifest names no column with the tenants' own.",
                    "Give it a timeZone such as 'America/Chicago', or name tenants.timeZoneColumn.");
    }

    static void Check(Blackout blackout, string place, List<Problem> problems)
    {
        if (blackout.Days.Count == 0 || blackout.Days.Distinct().Count() != blackout.Days.Count)
            problems.Add(new Problem(
                ErrorCodes.InvalidBlackout, $"{place}.days",
                blackout.Days.Count == 0 ? "It is on no day." : "A day stands there twice.",
                "Give each day once: monday to sunday."));
        var times = new[] { ("from", blackout.From), ("to", blackout.To) };
        var isSound = true;
        foreach (var (name, time) in times)
            if (!Blackout.IsTime(time) || (name == "from" && time == "24:00"))
            {
                isSound = false;
                problems.Add(new Problem(
                    ErrorCodes.InvalidBlackout, $"{place}.{name}", $"{Quoted.Text(time)} is not a time of day here.",
                    "Write hours and minutes as '07:00'; 'to' may be '24:00'."));
            }
        if (isSound && blackout.Minutes == MinutesOfDay && blackout.From == blackout.To)
            problems.Add(new Problem(
                ErrorCodes.InvalidBlackout, $"{place}.to", "It ends when it begins.",
                "Give two different times; a whole day is '00:00' to '24:00'."));
        var zones = new ProblemCollector("");
        if (blackout.TimeZone is { } zone)
            TimeZoneRules.Check(zones, $"{place}.timeZone", zone);
        problems.AddRange(zones.Problems.Select(p => p with { Place = p.Place.TrimStart() }));
    }

    static bool CoversTheWeek(IEnumerable<Blackout> blackouts)
    {
        var forbidden = new bool[7 * MinutesOfDay];
        foreach (var blackout in blackouts)
            foreach (var day in blackout.Days)
                for (var minute = 0; minute < blackout.Minutes; minute++)
                    forbidden[(((int)day * MinutesOfDay) + Blackout.MinuteOf(blackout.From) + minute) % forbidden.Length] = true;
        return forbidden.All(f => f);
    }
}
