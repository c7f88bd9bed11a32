using System.Data;
using System.Globalization;
using CsCheck;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Local times to instants, by the rule of SQL Server's AT TIME ZONE.</summary>
public sealed class TimeZoneTests
{
    [Theory]
    [InlineData("America/Chicago", "2026-01-15T12:00:00", "2026-01-15T18:00:00")]
    [InlineData("America/Chicago", "2026-07-15T12:00:00", "2026-07-15T17:00:00")]
    [InlineData("America/Chicago", "2026-03-08T01:59:59.999", "2026-03-08T07:59:59.999")]
    [InlineData("America/Chicago", "2026-03-08T02:30:00", "2026-03-08T08:30:00")] // does not exist: 03:30 CDT
    [InlineData("America/Chicago", "2026-03-08T03:00:00", "2026-03-08T08:00:00")]
    [InlineData("America/Chicago", "2026-11-01T01:30:00", "2026-11-01T06:30:00")] // twice: the earlier, CDT
    [InlineData("America/Chicago", "2026-11-01T02:00:00", "2026-11-01T08:00:00")]
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00")] // half an hour, twice
    [InlineData("America/New_York", "2025-12-31T23:59:59", "2026-01-01T04:59:59")]
    [InlineData("Pacific/Auckland", "2026-01-01T00:00:00", "2025-12-31T11:00:00")]
    [InlineData("UTC", "2026-01-01T00:00:00", "2026-01-01T00:00:00")]
    public void Local_times_become_instants(string zone, string local, string utc)
    {
        var policies = NoPolicies with { TimeZone = zone };
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);
        var field = EncodeGood(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(time), policies);
        Assert.Equal(DateTime.Parse(utc, CultureInfo.InvariantCulture), PgCopyDecoder.Timestamp(field));
    }

    [Theory]
    [InlineData("America/Chicago")]
    [InlineData("Pacific/Kiritimati")]
    public void The_first_and_last_moments_are_beyond_the_calendar_but_not_infinite(string zone)
    {
        var policies = NoPolicies with { TimeZone = zone };
        foreach (var time in new[] { DateTime.MinValue, new DateTime(9999, 12, 31, 23, 59, 59) })
        {
            var field = EncodeGood(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(time), policies);
            var micros = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field);
            var local = (time - new DateTime(2000, 1, 1)).Ticks / 10;
            Assert.InRange(Math.Abs(micros - local), 1, 15L * 3600 * 1_000_000);
        }
    }

    [Theory]
    [InlineData("America/Chicago")]
    [InlineData("Europe/London")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Kathmandu")]
    public void Every_local_time_agrees_with_the_zone_itself(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var policies = NoPolicies with { TimeZone = id };
        Gen.Select(Gen.Int[0, 40_000], Gen.Int[0, 86_399]).Sample((day, second) =>
        {
            var local = new DateTime(1950, 1, 1).AddDays(day).AddSeconds(second);
            var field = EncodeGood(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(local), policies);
            var instant = PgCopyDecoder.Timestamp(field);
            var back = instant + zone.GetUtcOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc));
            if (zone.IsInvalidTime(local))
                Assert.True(back > local, $"{local:s} does not exist and must move forward, not to {back:s}.");
            else
                Assert.Equal(local, back);
            if (zone.IsAmbiguousTime(local))
                Assert.Equal(zone.GetAmbiguousTimeOffsets(local).Max(), local - instant);
        });
    }
}
