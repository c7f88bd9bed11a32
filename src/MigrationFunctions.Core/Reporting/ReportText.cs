using System.Globalization;

namespace MigrationFunctions.Core.Reporting;

/// <summary>Cells as text, the same in every form that people read.</summary>
static class ReportText
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>For people: thousands separated, yes and NO, times to the second.</summary>
    public static string Of(object? cell) => cell switch
    {
        null => "-",
        true => "yes",
        false => "NO",
        long number => number.ToString("N0", Invariant),
        int number => number.ToString("N0", Invariant),
        double number => number.ToString("N1", Invariant),
        DateTimeOffset time => Time(time),
        _ => cell.ToString() ?? "",
    };

    /// <summary>For machines: plain numbers, ISO 8601, nothing for null.</summary>
    public static string Plain(object? cell) => cell switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", Invariant),
        IFormattable value => value.ToString(null, Invariant),
        _ => cell.ToString() ?? "",
    };

    public static bool IsNumber(object? cell) => cell is long or int or double;

    /// <summary>Whether a column holds numbers: where a number may be absent, its first row tells nothing.</summary>
    public static bool IsNumeric(ReportTable table, int column) => table.Rows.Any(row => IsNumber(row[column]));

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Invariant);

    /// <summary>The part of the whole, from 0 to 100, with two digits: cut, not rounded, so that 100 is all of it. Nothing of nothing is
    /// all of it, too.</summary>
    public static double Percent(long part, long whole) => whole <= 0 ? 100 : Math.Floor(10_000.0 * part / whole) / 100;

    public static string Number(long number) => number.ToString("N0", Invariant);
}
