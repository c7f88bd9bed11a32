namespace LocalSqlServer.SchoolDatabase;

/// <summary>Where a district lies.</summary>
/// <param name="State">Its state's two letters.</param>
/// <param name="TimeZone">What dbo.District holds: an IANA name, or the Windows name that .NET programs store.</param>
/// <param name="ChangesClocks">Daylight saving time, by the rule of the United States since 2007.</param>
sealed record Place(string State, string TimeZone, bool ChangesClocks)
{
    static readonly Place[] All =
    [
        new("TX", "America/Chicago", true), new("NY", "America/New_York", true), new("CO", "America/Denver", true),
        new("CA", "Pacific Standard Time", true), new("AZ", "America/Phoenix", false),
        new("AK", "America/Anchorage", true), new("HI", "Pacific/Honolulu", false),
        new("IN", "America/Indiana/Indianapolis", true), new("MO", "Central Standard Time", true),
    ];

    public static Place Of(int district) => All[(district - 1) % All.Length];
}
