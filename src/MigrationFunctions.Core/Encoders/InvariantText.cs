using System.Data;
using System.Data.SqlTypes;
using System.Globalization;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Values of source columns as text that is the same on every machine, and back. Exact: what was written is
/// read again as the same value of the type that SqlClient takes as a parameter. Dates are ISO 8601 with all seven
/// digits, binaries hexadecimal, decimals <see cref="SqlDecimal"/>.</summary>
public static class InvariantText
{
    const NumberStyles Decimals = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    static readonly string[] DateTimes =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd"];

    static readonly string[] Offsets =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz"];

    static readonly string[] Times = [@"hh\:mm\:ss\.FFFFFFF", @"hh\:mm\:ss"];

    /// <summary>The value as text.</summary>
    /// <exception cref="ArgumentException">No source column has values of that type.</exception>
    public static string Format(object value) => value switch
    {
        string text => text,
        bool bit => bit ? "true" : "false",
        byte or short or int or long or decimal => ((IFormattable)value).ToString(null, Invariant),
        float or double => ((IFormattable)value).ToString("R", Invariant),
        SqlDecimal number => number.ToString(),
        Guid id => id.ToString("D"),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", Invariant),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", Invariant),
        TimeSpan time => time.ToString(@"hh\:mm\:ss\.fffffff", Invariant),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => throw new ArgumentException($"No source column has values of type {value.GetType().Name}.", nameof(value)),
    };

    /// <summary>Reads text as a value of the column's type; false when it is none.</summary>
    public static bool TryParse(SourceColumn column, string text, out object value)
    {
        object? parsed = column.Type switch
        {
            SqlDbType.Bit => text switch { "true" or "1" => true, "false" or "0" => false, _ => null },
            SqlDbType.TinyInt => byte.TryParse(text, NumberStyles.None, Invariant, out var v) ? v : null,
            SqlDbType.SmallInt => short.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var v) ? v : null,
            SqlDbType.Int => int.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var v) ? v : null,
            SqlDbType.BigInt => long.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var v) ? v : null,
            SqlDbType.Decimal => ParseDecimal(column, text),
            SqlDbType.Money or SqlDbType.SmallMoney =>
                decimal.TryParse(text, Decimals, Invariant, out var v) && v == decimal.Round(v, 4) ? v : null,
            SqlDbType.Float => double.TryParse(text, NumberStyles.Float, Invariant, out var v) ? v : null,
            SqlDbType.Real => float.TryParse(text, NumberStyles.Float, Invariant, out var v) ? v : null,
            SqlDbType.UniqueIdentifier => Guid.TryParseExact(text, "D", out var v) ? v : null,
            SqlDbType.Date => ParseDateTime(text) is { } v && v.TimeOfDay == TimeSpan.Zero ? v : null,
            SqlDbType.DateTime or SqlDbType.SmallDateTime or SqlDbType.DateTime2 => ParseDateTime(text),
            SqlDbType.DateTimeOffset => DateTimeOffset.TryParseExact(
                text, Offsets, Invariant, DateTimeStyles.AssumeUniversal, out var v) ? v : null,
            SqlDbType.Time => TimeSpan.TryParseExact(text, Times, Invariant, out var v) ? v : null,
            _ when column.Type.IsBinary() => ParseHex(text),
            _ when column.Type.IsText() || column.Type == SqlDbType.Xml => text,
            _ => null,
        };
        value = parsed ?? text;
        return parsed is not null;
    }

    static DateTime? ParseDateTime(string text) =>
        DateTime.TryParseExact(text, DateTimes, Invariant, DateTimeStyles.None, out var value) ? value : null;

    static SqlDecimal? ParseDecimal(SourceColumn column, string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || !IsDigits(whole) || !IsDigits(fraction)
            || whole.TrimStart('0').Length > column.Precision - column.Scale
            || fraction.TrimEnd('0').Length > column.Scale)
        {
            return null;
        }

        var sign = text.StartsWith('-') ? "-" : "";
        var value = SqlDecimal.Parse($"{sign}0{whole.TrimStart('0')}.{fraction.TrimEnd('0')}");
        return SqlDecimal.ConvertToPrecScale(value, column.Precision, column.Scale);
    }

    static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    static byte[]? ParseHex(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }
}
