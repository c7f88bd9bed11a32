using System.Globalization;
using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Limits;

public sealed class BlackoutCalendarTests
{
    static readonly DayOfWeek[] SchoolDays =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    static readonly Blackout School = new() { Days = SchoolDays, From = "07:00", To = "16:00" };
    static readonly Blackout Night = new() { Days = [DayOfWeek.Saturday], From = "22:00", To = "03:00" };

    [Theory]
    [InlineData("2026-01-05T13:00:00Z", "2026-01-05T22:00:00Z")] // Monday 07:00 in Chicago, winter
    [InlineData("2026-01-05T12:59:59Z", null)]
    [InlineData("2026-07-06T12:00:00Z", "2026-07-06T21:00:00Z")] // Monday 07:00, summer
    [InlineData("2026-07-06T20:59:59Z", "2026-07-06T21:00:00Z")]
    [InlineData("2026-07-06T21:00:00Z", null)]
    [InlineData("2026-07-05T15:00:00Z", null)] // Sunday
    public void School_hours_are_those_of_the_tenants_own_clock(string now, string? end) =>
        Assert.Equal(At(end), BlackoutCalendar.EndOf([School], "America/Chicago", "7", At(now)!.Value));

    [Theory]
    [InlineData("2026-10-31T21:30:00Z", null)] // Saturday 21:30 in London
    [InlineData("2026-03-28T22:30:00Z", "2026-03-29T02:00:00Z")] // the clock jumps from 01:00 to 02:00
    [InlineData("2026-03-29T01:59:59Z", "2026-03-29T02:00:00Z")]
    [InlineData("2026-10-24T21:00:00Z", "2026-10-25T03:00:00Z")] // the hour from 01:00 comes twice
    [InlineData("2026-10-25T03:00:00Z", null)]
    public void A_night_ends_on_the_next_day_by_the_clock_on_the_wall(string now, string? end) =>
        Assert.Equal(At(end), BlackoutCalendar.EndOf([Night with { TimeZone = "Europe/London" }], null, "7", At(now)!.Value));

    [Fact]
    public void An_end_that_is_skipped_is_where_the_clock_goes_on()
    {
        // 02:30 does not exist in Chicago on 8 March 2026.
        var blackout = new Blackout { Days = [DayOfWeek.Sunday], From = "00:00", To = "02:30", TimeZone = "America/Chicago" };

        Assert.Equal(At("2026-03-08T08:00:00Z"), BlackoutCalendar.EndOf([blackout], null, "7", At("2026-03-08T07:00:00Z")!.Value));
    }

    [Fact]
    public void Blackouts_that_follow_each_other_end_with_the_last()
    {
        Blackout[] days =
        [
            new() { Days = [DayOfWeek.Monday], From = "08:00", To = "24:00", TimeZone = "UTC" },
            new() { Days = [DayOfWeek.Tuesday], From = "00:00", To = "06:00", TimeZone = "UTC" },
        ];

        Assert.Equal(At("2026-01-06T06:00:00Z"), BlackoutCalendar.EndOf(days, null, "7", At("2026-01-05T09:00:00Z")!.Value));
    }

    [Fact]
    public void At_the_end_work_may_go_on_and_just_before_it_may_not() =>
        Gen.Select(
            Gen.Int[0, 60 * 24 * 365], Gen.Int[0, 1439], Gen.Int[1, 1440],
            Gen.OneOf(
                Gen.Const("America/Chicago"), Gen.Const("Europe/London"), Gen.Const("Asia/Kathmandu"),
                Gen.Const("Australia/Lord_Howe"), Gen.Const("UTC")))
            .Sample((minute, from, to, zone) =>
            {
                var (begin, end) = (Time(from), Time(to));
                if (begin == end)
                    return;
                var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute);
                Blackout[] blackouts = [new() { Days = SchoolDays[..2], From = begin, To = end }];
                if (BlackoutCalendar.EndOf(blackouts, zone, "7", now) is not { } free)
                    return;
                Assert.True(free > now);
                Assert.Null(BlackoutCalendar.EndOf(blackouts, zone, "7", free));
                Assert.NotNull(BlackoutCalendar.EndOf(blackouts, zone, "7", free.AddSeconds(-1)));
            });

    [Theory]
    [InlineData(null)]
    [InlineData("Mars/Olympus")]
    public void Without_a_zone_that_is_known_nothing_is_guessed(string? zone)
    {
        var failure = Assert.Throws<MigrationException>(
            () => BlackoutCalendar.EndOf([School], zone, "7", At("2026-01-05T13:00:00Z")!.Value));

        Assert.Equal(ErrorCodes.TenantZoneUnknown, failure.Code);
        Assert.False(BlackoutCalendar.KnowsZones([School], zone));
        Assert.True(BlackoutCalendar.KnowsZones([School with { TimeZone = "UTC" }], zone));
    }

    static string Time(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    static DateTimeOffset? At(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
