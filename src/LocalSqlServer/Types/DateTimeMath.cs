namespace LocalSqlServer.Types;

/// <summary>
/// SQL Server's date arithmetic on ticks of 100 ns: datetime counts 1/300 s from midnight, smalldatetime minutes, the
/// newer types have 0 to 7 decimals of a second.
/// </summary>
static class DateTimeMath
{
    /// <summary>1900-01-01 in ticks: day 0 of datetime and smalldatetime.</summary>
    public const long Epoch1900 = 599266080000000000;

    /// <summary>1753-01-01, the first datetime.</summary>
    public const long FirstDateTime = 552877920000000000;

    public const long LastTick = 3155378975999999999;

    static readonly long[] UnitTicks = [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

    public static long TicksPerUnit(byte scale) => UnitTicks[scale];

    public static long FromDateTimeParts(int days, int threeHundredths) =>
        Epoch1900 + days * TimeSpan.TicksPerDay + (threeHundredths * 100_000L + 1) / 3;

    public static (int Days, int ThreeHundredths) ToDateTimeParts(long ticks)
    {
        var days = Math.DivRem(ticks - Epoch1900, TimeSpan.TicksPerDay, out var rest);
        if (rest < 0)
        {
            days--;
            rest += TimeSpan.TicksPerDay;
        }
        return ((int)days, (int)((rest * 3 + 50_000) / 100_000));
    }

    /// <summary>Rounds to a tick of datetime: .000, .003 or .007 seconds as shown, 1/300 s in truth.</summary>
    public static long RoundToDateTime(long ticks)
    {
        var (days, parts) = ToDateTimeParts(ticks);
        return FromDateTimeParts(days, parts);
    }

    public static long FromSmallDateTimeParts(int days, int minutes) =>
        Epoch1900 + days * TimeSpan.TicksPerDay + minutes * TimeSpan.TicksPerMinute;

    public static long RoundToMinute(long ticks) => RoundTo(ticks, TimeSpan.TicksPerMinute);

    public static long Round(long ticks, byte scale) => RoundTo(ticks, UnitTicks[scale]);

    static long RoundTo(long ticks, long unit) => (ticks + unit / 2) / unit * unit;
}
