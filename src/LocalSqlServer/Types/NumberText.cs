using System.Globalization;
using System.Numerics;

namespace LocalSqlServer.Types;

/// <summary>
/// Reads numbers of text as CAST does. Spaces around do not count; empty text is 0 but for decimal, a sign alone is 0 for
/// integers. Errors: 245 and 8114 for what is no number, 244, 248 and 8115 for what is too large.
/// </summary>
static class NumberText
{
    public static Int128 Integer(string text, SqlType from, SqlType to)
    {
        var trimmed = text.AsSpan().Trim(' ');
        if (trimmed is "" or "+" or "-")
            return 0;
        if (trimmed[0] is '+' or '-' && trimmed[1] == ' ')
            throw SqlServerException.Unsupported(text, "a number with a space after its sign");
        if (!BigInteger.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw to.Kind == SqlKind.BigInt
                ? SqlServerException.ConversionError(from, to)
                : SqlServerException.ConversionFailed(from, text, to);
        }
        var (min, max) = SqlConversion.Range(to.Kind == SqlKind.Bit ? SqlKind.BigInt : to.Kind);
        return number >= min && number <= max ? (Int128)number : throw TooLarge(text, from, to);
    }

    public static (BigInteger Unscaled, int Scale) Decimal(string text, SqlType from, SqlType to)
    {
        var trimmed = text.Trim(' ');
        var negative = trimmed.StartsWith('-');
        var digits = trimmed.Length > 0 && trimmed[0] is '+' or '-' ? trimmed[1..] : trimmed;
        if (to.IsMoney)
        {
            digits = digits.Replace(",", "", StringComparison.Ordinal).TrimStart('$');
            negative |= digits.StartsWith('-');
            digits = digits.TrimStart('-');
        }
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : digits.Length - point - 1;
        if (point >= 0)
            digits = digits.Remove(point, 1);
        if (digits.Length == 0 && to.IsMoney)
            return (0, 0);
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var unscaled))
        {
            throw to.IsMoney
                ? new SqlServerException(235, 16, 0,
                    "Cannot convert a char value to money. The char value has incorrect syntax.")
                : SqlServerException.ConversionError(from, to);
        }
        return (negative ? -unscaled : unscaled, scale);
    }

    public static double Float(string text, SqlType from, SqlType to)
    {
        var trimmed = text.AsSpan().Trim(' ');
        if (trimmed.IsEmpty)
            return 0;
        // Infinity and NaN are numbers to .NET only.
        return !char.IsAsciiLetter(trimmed[^1]) && double.TryParse(
            trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw SqlServerException.ConversionError(from, to);
    }

    static SqlServerException TooLarge(string text, SqlType from, SqlType to) => to.Kind switch
    {
        SqlKind.TinyInt or SqlKind.SmallInt => new(244, 16, (byte)(to.Kind == SqlKind.TinyInt ? 1 : 2),
            $"The conversion of the {from.Name} value '{text}' overflowed an {(to.Kind == SqlKind.TinyInt ? "INT1" : "INT2")} "
            + "column. Use a larger integer column."),
        SqlKind.Int => new(248, 16, 1, $"The conversion of the {from.Name} value '{text}' overflowed an int column."),
        _ => SqlServerException.Overflow(to),
    };
}
