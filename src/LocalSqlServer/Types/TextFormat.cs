using System.Globalization;
using System.Numerics;

namespace LocalSqlServer.Types;

/// <summary>The text that SQL Server makes of a value: CAST to varchar, and CONVERT with a style.</summary>
static class TextFormat
{
    public static string Format(SqlValue value, SqlType from, int style) => from.Kind switch
    {
        _ when from.IsText => value.Text,
        _ when from.IsInteger => value.Number.ToString(CultureInfo.InvariantCulture),
        SqlKind.Decimal => Decimal(value.Unscaled, from.Scale),
        SqlKind.Money or SqlKind.SmallMoney => style == 2
            ? Decimal(value.Number, 4)
            : Decimal((Int128)SqlConversion.Rescale(value.Number, 4, 2), 2),
        SqlKind.Float or SqlKind.Real => style == 0
            ? SixDigits(value.Double)
            : throw SqlServerException.Unsupported($"CONVERT(varchar, ..., {style})", "the style of a floating number"),
        SqlKind.UniqueIdentifier => value.Guid.ToString().ToUpperInvariant(),
        SqlKind.RowVersion => Hex(SqlConversion.Convert(value, from, SqlType.Binary(8)).Bytes, style),
        SqlKind.Date => value.DateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        SqlKind.Time => new DateTime(value.Number).ToString("HH:mm:ss" + Fraction(from.Scale), CultureInfo.InvariantCulture),
        SqlKind.DateTime2 => value.DateTime.ToString(Iso(style, from.Scale), CultureInfo.InvariantCulture),
        SqlKind.DateTimeOffset => Offset(value, from.Scale, style),
        SqlKind.DateTime or SqlKind.SmallDateTime => OldDate(new DateTime(DateTimeMath.Round(value.Number, 3)), style),
        _ => Hex(value.Bytes, style),
    };

    static string Decimal(Int128 unscaled, int scale)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var sign = unscaled < 0 ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }

    /// <summary>At most six digits; with an exponent of three digits from 1e+006 on and below 0.0001.</summary>
    static string SixDigits(double number)
    {
        var scientific = number.ToString("0.#####e+000", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific[(scientific.IndexOf('e', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        return exponent is >= -4 and < 6 || number == 0
            ? Math.Round(number, Math.Clamp(5 - exponent, 0, 15)).ToString("0.###############", CultureInfo.InvariantCulture)
            : scientific;
    }

    static string Hex(byte[] bytes, int style) => style switch
    {
        1 => "0x" + System.Convert.ToHexString(bytes),
        2 => System.Convert.ToHexString(bytes),
        _ => Collation.Default.Encoding.GetString(bytes),
    };

    static string Offset(SqlValue value, byte scale, int style)
    {
        var local = value.DateTime.AddMinutes(value.OffsetMinutes);
        var offset = TimeSpan.FromMinutes(value.OffsetMinutes);
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var gap = style is 126 or 127 ? "" : " ";
        return local.ToString(Iso(style, scale), CultureInfo.InvariantCulture)
            + $"{gap}{sign}{offset.Duration():hh\\:mm}";
    }

    static string Iso(int style, byte scale) =>
        (style is 126 or 127 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd HH:mm:ss") + Fraction(scale);

    static string Fraction(byte scale) => scale == 0 ? "" : "." + new string('f', scale);

    static string OldDate(DateTime value, int style) => style switch
    {
        0 => value.ToString("MMM", CultureInfo.InvariantCulture)
            + value.Day.ToString(CultureInfo.InvariantCulture).PadLeft(3)
            + value.ToString(" yyyy ", CultureInfo.InvariantCulture)
            + value.ToString("h:mm", CultureInfo.InvariantCulture).PadLeft(5)
            + value.ToString("tt", CultureInfo.InvariantCulture),
        112 => value.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        120 or 20 => value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        121 or 21 => value.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
        126 => value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture),
        127 => value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        _ => throw SqlServerException.Unsupported($"CONVERT(varchar, ..., {style})", "the date style"),
    };
}
