using System.Globalization;
using System.Text.Json;

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

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Invariant);

    public static string Camel<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The part of the whole, from 0 to 100; nothing of nothing is all of it.</summary>
    public static double Percent(long part, long whole) => whole <= 0 ? 100 : Math.Round(100.0 * part / whole, 4);

    public static string Number(long number) => number.ToString("N0", Invariant);
}
