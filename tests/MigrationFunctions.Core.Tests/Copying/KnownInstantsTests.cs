using System.Data;
using System.Globalization;
using MigrationFunctions.Core.Manifests;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Local times against a table of instants that are known from elsewhere: the IANA database's own news, and
/// the examples of SQL Server's documentation.</summary>
public sealed class KnownInstantsTests
{
    /// <summary>Zone, local time, instant by the earlier reading, and by the later one where it differs.</summary>
    public static TheoryData<string, string, string, string?> Instants => new()
    {
        // Spring and autumn in the United States, before 2007 (April, October) and since (March, November).
        { "America/New_York", "2006-03-12T02:30:00", "2006-03-12T07:30:00", null },
        { "America/New_York", "2006-04-02T02:30:00", "2006-04-02T07:30:00", null },
        { "America/New_York", "2006-10-29T01:30:00", "2006-10-29T05:30:00", "2006-10-29T06:30:00" },
        { "America/New_York", "2006-11-05T01:30:00", "2006-11-05T06:30:00", null },
        { "America/New_York", "2007-03-11T02:30:00", "2007-03-11T07:30:00", null },
        { "America/New_York", "2007-04-01T02:30:00", "2007-04-01T06:30:00", null },
        { "America/New_York", "2007-11-04T01:30:00", "2007-11-04T05:30:00", "2007-11-04T06:30:00" },
        { "America/Chicago", "2024-11-03T00:59:59.999", "2024-11-03T05:59:59.999", null },
        { "America/Chicago", "2024-11-03T01:00:00", "2024-11-03T06:00:00", "2024-11-03T07:00:00" },
        { "America/Chicago", "2024-11-03T01:59:59.999", "2024-11-03T06:59:59.999", "2024-11-03T07:59:59.999" },
        { "America/Chicago", "2024-11-03T02:00:00", "2024-11-03T08:00:00", null },
        { "America/Chicago", "2024-03-10T02:00:00", "2024-03-10T08:00:00", null },
        { "America/Chicago", "2024-03-10T02:59:59.999", "2024-03-10T08:59:59.999", null },
        // No change of clocks at all; one state that has them since 2006.
        { "America/Phoenix", "2024-03-10T02:30:00", "2024-03-10T09:30:00", null },
        { "America/Phoenix", "2024-07-01T12:00:00", "2024-07-01T19:00:00", null },
        { "Pacific/Honolulu", "2024-11-03T01:30:00", "2024-11-03T11:30:00", null },
        { "America/Indiana/Indianapolis", "2005-07-01T12:00:00", "2005-07-01T17:00:00", null },
        { "America/Indiana/Indianapolis", "2006-07-01T12:00:00", "2006-07-01T16:00:00", null },
        // Half hours and three quarters, in the offset and in the change.
        { "Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:45:00", null },
        { "Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00", "2024-04-06T15:15:00" },
        { "Australia/Lord_Howe", "2024-04-07T01:15:00", "2024-04-06T14:15:00", null },
        { "Asia/Kathmandu", "2024-05-01T12:00:00", "2024-05-01T06:15:00", null },
        { "Asia/Kathmandu", "1985-12-31T23:59:00", "1985-12-31T18:29:00", null },
        { "Asia/Kathmandu", "1986-01-01T00:05:00", "1985-12-31T18:35:00", null },
        { "Pacific/Chatham", "2024-04-07T03:00:00", "2024-04-06T13:15:00", "2024-04-06T14:15:00" },
        { "Pacific/Chatham", "2024-09-29T03:00:00", "2024-09-28T14:15:00", null },
        { "Asia/Kolkata", "2024-05-01T12:00:00", "2024-05-01T06:30:00", null },
        // Rules that were changed: Moscow thrice, Brazil for good, midnight that does not exist, a day that does not.
        { "Europe/Moscow", "2010-07-01T12:00:00", "2010-07-01T08:00:00", null },
        { "Europe/Moscow", "2012-01-01T12:00:00", "2012-01-01T08:00:00", null },
        { "Europe/Moscow", "2014-10-26T01:30:00", "2014-10-25T21:30:00", "2014-10-25T22:30:00" },
        { "Europe/Moscow", "2016-07-01T12:00:00", "2016-07-01T09:00:00", null },
        { "America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T03:00:00", null },
        { "America/Sao_Paulo", "2018-12-01T12:00:00", "2018-12-01T14:00:00", null },
        { "America/Sao_Paulo", "2019-12-01T12:00:00", "2019-12-01T15:00:00", null },
        { "America/Sao_Paulo", "2019-02-16T23:30:00", "2019-02-17T01:30:00", "2019-02-17T02:30:00" },
        { "Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59", null },
        { "Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00", null },
        { "Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00", null },
        // "AT TIME ZONE (Transact-SQL)", remarks: the zone's examples of 2015 and of 2022, under their Windows name.
        { "Central European Standard Time", "2015-03-29T01:01:00", "2015-03-29T00:01:00", null },
        { "Central European Standard Time", "2015-03-29T02:01:00", "2015-03-29T01:01:00", null },
        { "Central European Standard Time", "2015-03-29T03:01:00", "2015-03-29T01:01:00", null },
        { "Central European Standard Time", "2015-10-25T01:01:00", "2015-10-24T23:01:00", null },
        { "Central European Standard Time", "2015-10-25T02:00:00", "2015-10-25T00:00:00", "2015-10-25T01:00:00" },
        { "Central European Standard Time", "2015-10-25T03:01:00", "2015-10-25T02:01:00", null },
        { "Central European Standard Time", "2022-03-27T02:01:00", "2022-03-27T01:01:00", null },
        { "Central European Standard Time", "2022-10-30T02:00:00", "2022-10-30T00:00:00", "2022-10-30T01:00:00" },
    };

    [Theory]
    [MemberData(nameof(Instants))]
    public void Local_times_become_the_instants_that_are_known(string zone, string local, string earlier, string? later)
    {
        Assert.Equal(Time(earlier), Instant(zone, local, AmbiguousTimePolicy.Earlier));
        Assert.Equal(Time(later ?? earlier), Instant(zone, local, AmbiguousTimePolicy.Later));
    }

    static DateTime Instant(string zone, string local, AmbiguousTimePolicy policy)
    {
        var policies = NoPolicies with { TimeZone = zone, AmbiguousTime = policy };
        return PgCopyDecoder.Timestamp(
            EncodeGood(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(Time(local)), policies));
    }

    static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);
}
