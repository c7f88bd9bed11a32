using System.Data;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Local times against PostgreSQL's own AT TIME ZONE: every quarter of an hour of the days on which the clocks
/// were changed, and times by day at random. The raw local value is kept beside the instants, as a manifest may have
/// it.</summary>
public sealed class TimeZoneTests(TargetServer server) : TargetTest(server)
{
    const int Seed = 20241103;
    const int FirstYear = 2003;
    const int LastYear = 2019;

    /// <summary>How many quarters of an hour of these years occurred twice in a zone, and how many never: four for each
    /// hour that the clocks were set back or forward.</summary>
    public static TheoryData<string, int, int> Zones => new()
    {
        { "America/Chicago", 68, 68 },
        { "America/New_York", 68, 68 },
        { "America/Phoenix", 0, 0 },
        { "Australia/Lord_Howe", 34, 34 },
        { "Asia/Kathmandu", 0, 0 },
        { "Pacific/Chatham", 68, 68 },
        { "Europe/Dublin", 68, 68 },
        { "Europe/Moscow", 36, 36 },
        { "America/Sao_Paulo", 68, 64 },
        { "Pacific/Apia", 36, 136 },
        { "America/Caracas", 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task Only_times_that_occurred_twice_differ_and_there_PostgreSQL_takes_the_later(
        string zone, int twice, int never)
    {
        var times = LocalTimes(zone);
        var migration = await MoveAsync(zone, times);

        // The one difference there may be, and on the right side.
        Assert.Equal(0, await CountAsync($"earlier = later AND earlier <> local AT TIME ZONE '{zone}'"));
        Assert.Equal(0, await CountAsync($"later <> local AT TIME ZONE '{zone}'"));
        Assert.Equal(twice, await CountAsync($"earlier <> local AT TIME ZONE '{zone}' AND earlier < later"));
        Assert.Equal(never, await CountAsync($"earlier AT TIME ZONE '{zone}' > local"));
        Assert.Equal(0, await CountAsync($"earlier AT TIME ZONE '{zone}' < local"));
        Assert.Equal(times.Count, await CountAsync("true"));
        Assert.Equal(
            (twice, never),
            (migration.GetValueOrDefault("earlier:ambiguousTime"), migration.GetValueOrDefault("later:skippedTime")));
    }

    async Task<IReadOnlyDictionary<string, long>> MoveAsync(string zone, List<DateTime> times)
    {
        var mapped = new ColumnManifest { Source = "At", Target = "earlier", TimeZone = ColumnManifest.TenantZone };
        var items = new Items(
            [Legacy.Of("At", SqlDbType.DateTime2, 0, 3)],
            mapped:
            [
                mapped, mapped with { Target = "later", AmbiguousTime = AmbiguousTimePolicy.Later },
                new ColumnManifest { Source = "At", Target = "local" },
            ]);
        for (var i = 0; i < times.Count; i++)
            items.Add((long)i, ("At", times[i]));
        await items.CreateAsync(
            Target, "earlier timestamptz NOT NULL, later timestamptz NOT NULL, local timestamp NOT NULL");
        var migration = items.In(Target);
        var work = Assert.Single(await migration.PlanAsync("item"));
        return (await migration.CopyAsync(work with { Tenant = work.Tenant with { TimeZone = zone } })).Adjusted;
    }

    Task<long> CountAsync(string condition) =>
        Target.ScalarAsync<long>($"SELECT count(*) FROM school.item WHERE {condition}");

    static List<DateTime> LocalTimes(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var times = new List<DateTime>();
        for (var day = new DateTime(FirstYear, 1, 1); day.Year <= LastYear; day = day.AddDays(1))
        {
            var utc = DateTime.SpecifyKind(day, DateTimeKind.Utc);
            if (zone.GetUtcOffset(utc) == zone.GetUtcOffset(utc.AddDays(1)))
                continue;
            for (var quarter = -96; quarter < 192; quarter++)
                times.Add(day.AddMinutes(15 * quarter));
        }

        // By day, when no clock is changed: times that both agree on.
        var random = new Random(Seed);
        for (var i = 0; i < 2_000; i++)
            times.Add(new DateTime(1970, 1, 1, 6, 0, 0).AddDays(random.Next(65 * 365)).AddSeconds(random.Next(57_600)));
        return times;
    }
}
