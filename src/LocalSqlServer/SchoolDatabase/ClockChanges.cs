namespace LocalSqlServer.SchoolDatabase;

/// <summary>The Sundays on which the United States change their clocks, at 02:00 (Energy Policy Act of 2005, in force
/// since 2007).</summary>
static class ClockChanges
{
    /// <summary>Second Sunday of March: 02:00 to 03:00 does not exist.</summary>
    public static DateTime Spring(int year) => SundayFrom(new DateTime(year, 3, 8));

    /// <summary>First Sunday of November: 01:00 to 02:00 exists twice.</summary>
    public static DateTime Autumn(int year) => SundayFrom(new DateTime(year, 11, 1));

    static DateTime SundayFrom(DateTime day) => day.AddDays((7 - (int)day.DayOfWeek) % 7);
}
