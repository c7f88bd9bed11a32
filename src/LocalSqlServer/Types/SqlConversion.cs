using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace LocalSqlServer.Types;

/// <summary>
/// CAST and every implicit conversion, with SQL Server's errors: 245 for text that is no number, 8114 for text that is no
/// decimal, 241 for text that is no date, 8115 for a number out of range, 529 for types that do not convert.
/// </summary>
static class SqlConversion
{
    public static SqlValue Convert(SqlValue value, SqlType from, SqlType to, int style = 0)
    {
        if (value.IsNull || from == to)
            return value;
        if (to.IsInteger)
            return ToInteger(value, from, to);
        if (to.Kind == SqlKind.Decimal)
            return SqlValue.FromUnscaled(ToUnscaled(value, from, to, to.Precision, to.Scale));
        if (to.IsMoney)
            return SqlValue.From((long)ToUnscaled(value, from, to, to.Kind == SqlKind.Money ? 19 : 10, 4));
        if (to.IsFloating)
            return ToFloating(value, from, to);
        if (to.IsDateOrTime)
            return DateConversion.Convert(value, from, to);
        if (to.IsText)
            return Fit(TextFormat.Format(value, from, style), to);
        if (to.IsBinary)
            return FitBytes(ToBytes(value, from, to), to);
        return to.Kind switch
        {
            SqlKind.UniqueIdentifier => ToGuid(value, from, to),
            SqlKind.RowVersion => ToRowVersion(value, from, to),
            _ => throw NotConvertible(from, to),
        };
    }

    internal static SqlServerException NotConvertible(SqlType from, SqlType to) =>
        new(529, 16, 2, $"Explicit conversion from data type {from.Name} to {to.Name} is not allowed.");

    internal static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    /// <summary>The numbers that a column of an integer type can hold.</summary>
    internal static (long Min, long Max) Range(SqlKind kind) => kind switch
    {
        SqlKind.Bit => (0, 1),
        SqlKind.TinyInt => (byte.MinValue, byte.MaxValue),
        SqlKind.SmallInt => (short.MinValue, short.MaxValue),
        SqlKind.Int or SqlKind.SmallMoney => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    static SqlValue ToInteger(SqlValue value, SqlType from, SqlType to)
    {
        if (to.Kind == SqlKind.Bit)
            return SqlValue.From(IsTrue(value, from, to) ? 1 : 0);
        Int128 number = from.Kind switch
        {
            _ when from.IsInteger => value.Number,
            SqlKind.Decimal => value.Unscaled / PowerOfTen(from.Scale),
            SqlKind.Money or SqlKind.SmallMoney => (value.Number + Math.Sign(value.Number) * 5_000) / 10_000,
            SqlKind.Float or SqlKind.Real => Truncate(value.Double, to),
            SqlKind.RowVersion => value.Number,
            _ when from.IsBinary => FromBigEndian(value.Bytes),
            _ when from.IsText => ParseInteger(value.Text, from, to),
            _ => throw NotConvertible(from, to),
        };
        var (min, max) = Range(to.Kind);
        return number >= min && number <= max
            ? SqlValue.From((long)number)
            : throw (to.Kind is SqlKind.TinyInt or SqlKind.SmallInt && from.IsInteger
                ? new SqlServerException(220, 16, 1, $"Arithmetic overflow error for data type {to.Name}, value = {number}.")
                : SqlServerException.Overflow(to));
    }

    static bool IsTrue(SqlValue value, SqlType from, SqlType to) => from.Kind switch
    {
        SqlKind.Decimal => value.Unscaled != 0,
        SqlKind.Float or SqlKind.Real => value.Double != 0,
        _ when from.IsText && value.Text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        _ when from.IsText && value.Text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ when from.IsText => ParseInteger(value.Text, from, to) != 0,
        _ when from.IsBinary => value.Bytes.Any(b => b != 0),
        _ => value.Number != 0,
    };

    static Int128 Truncate(double number, SqlType to) => Math.Abs(number) < 1e19
        ? (Int128)Math.Truncate(number)
        : throw SqlServerException.Overflow(to);

    static Int128 ParseInteger(string text, SqlType from, SqlType to)
    {
        var trimmed = text.AsSpan().Trim(' ');
        if (trimmed.IsEmpty)
            return 0;
        if (!BigInteger.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw to.Kind == SqlKind.BigInt
                ? SqlServerException.ConversionError(from, to)
                : SqlServerException.ConversionFailed(from, text, to);
        }
        var (min, max) = Range(to.Kind == SqlKind.Bit ? SqlKind.BigInt : to.Kind);
        return number >= min && number <= max
            ? (Int128)number
            : throw new SqlServerException(248, 16, 1,
                $"The conversion of the {from.Name} value '{text}' overflowed an {to.Name} column.");
    }

    static Int128 ToUnscaled(SqlValue value, SqlType from, SqlType to, int precision, int scale)
    {
        BigInteger unscaled;
        var fromScale = 0;
        if (from.IsInteger)
            unscaled = value.Number;
        else if (from.Kind == SqlKind.Decimal)
            (unscaled, fromScale) = (value.Unscaled, from.Scale);
        else if (from.IsMoney)
            (unscaled, fromScale) = (value.Number, 4);
        else if (from.IsFloating)
            unscaled = new BigInteger(Math.Round(value.Double * Math.Pow(10, scale), MidpointRounding.AwayFromZero));
        else if (from.IsText)
            (unscaled, fromScale) = ParseDecimal(value.Text, from, to);
        else
            throw NotConvertible(from, to);
        if (from.IsFloating)
            fromScale = scale;
        var scaled = Rescale(unscaled, fromScale, scale);
        var limit = to.IsMoney
            ? (to.Kind == SqlKind.Money ? (BigInteger)long.MaxValue : int.MaxValue) + 1
            : BigInteger.Pow(10, precision);
        var fits = to.IsMoney ? scaled < limit && scaled >= -limit : BigInteger.Abs(scaled) < limit;
        return fits ? (Int128)scaled : throw SqlServerException.Overflow(to);
    }

    /// <summary>Changes the scale of a decimal; digits that go are rounded half away from zero.</summary>
    internal static BigInteger Rescale(BigInteger unscaled, int from, int to)
    {
        if (from <= to)
            return unscaled * BigInteger.Pow(10, to - from);
        var divisor = BigInteger.Pow(10, from - to);
        var quotient = BigInteger.DivRem(unscaled, divisor, out var rest);
        return BigInteger.Abs(rest) * 2 >= divisor ? quotient + unscaled.Sign : quotient;
    }

    static (BigInteger Unscaled, int Scale) ParseDecimal(string text, SqlType from, SqlType to)
    {
        var trimmed = text.Trim(' ');
        if (to.IsMoney)
            trimmed = trimmed.Replace(",", "", StringComparison.Ordinal).TrimStart('$');
        var point = trimmed.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? trimmed : trimmed.Remove(point, 1);
        if (trimmed.Length == 0 && to.IsMoney)
            return (0, 0);
        return BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)
            ? (unscaled, point < 0 ? 0 : trimmed.Length - point - 1)
            : throw SqlServerException.ConversionError(from, to);
    }

    static SqlValue ToFloating(SqlValue value, SqlType from, SqlType to)
    {
        var number = from.Kind switch
        {
            _ when from.IsInteger => value.Number,
            SqlKind.Decimal => (double)value.Unscaled / Math.Pow(10, from.Scale),
            SqlKind.Money or SqlKind.SmallMoney => value.Number / 10_000d,
            SqlKind.Float or SqlKind.Real => value.Double,
            _ when from.IsText => double.TryParse(
                value.Text.AsSpan().Trim(' '), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : throw SqlServerException.ConversionError(from, to),
            _ => throw NotConvertible(from, to),
        };
        if (to.Kind == SqlKind.Real)
            number = (float)number;
        return double.IsFinite(number) ? SqlValue.From(number) : throw SqlServerException.Overflow(to);
    }

    static SqlValue ToGuid(SqlValue value, SqlType from, SqlType to)
    {
        if (from.IsText)
        {
            return Guid.TryParse(value.Text.AsSpan().Trim(' '), out var guid)
                ? SqlValue.From(guid)
                : throw new SqlServerException(8169, 16, 2,
                    "Conversion failed when converting from a character string to uniqueidentifier.");
        }
        if (!from.IsBinary)
            throw NotConvertible(from, to);
        Span<byte> bytes = stackalloc byte[16];
        value.Bytes.AsSpan(0, Math.Min(16, value.Bytes.Length)).CopyTo(bytes);
        return SqlValue.From(new Guid(bytes));
    }

    static SqlValue ToRowVersion(SqlValue value, SqlType from, SqlType to) => from switch
    {
        _ when from.IsInteger => value,
        _ when from.IsBinary => SqlValue.From((long)FromBigEndian(FitBytes(value.Bytes, SqlType.Binary(8)).Bytes)),
        _ => throw NotConvertible(from, to),
    };

    static Int128 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        foreach (var b in bytes.Length > 8 ? bytes[^8..] : bytes)
            number = (number << 8) | b;
        return bytes.Length >= 8 ? (long)number : (Int128)number;
    }

    static byte[] ToBytes(SqlValue value, SqlType from, SqlType to)
    {
        if (from.IsBinary)
            return value.Bytes;
        if (from.Kind == SqlKind.UniqueIdentifier)
            return value.Guid.ToByteArray();
        if (from.Kind == SqlKind.RowVersion)
            return BigEndian(value.Number, 8);
        if (from.IsInteger)
            return BigEndian(value.Number, from.Length);
        if (from.IsText)
            return from.IsUnicode ? MemoryMarshal.AsBytes(value.Text.AsSpan()).ToArray() : from.Collation!.Encoding.GetBytes(value.Text);
        throw NotConvertible(from, to);
    }

    static byte[] BigEndian(long number, int length)
    {
        var bytes = new byte[length];
        for (var i = length - 1; i >= 0; i--, number >>= 8)
            bytes[i] = (byte)number;
        return bytes;
    }

    static SqlValue FitBytes(byte[] bytes, SqlType to)
    {
        if (to.Kind == SqlKind.Image || to.IsMax)
            return SqlValue.From(bytes);
        if (bytes.Length > to.Length)
            bytes = bytes[..to.Length];
        if (to.Kind == SqlKind.Binary && bytes.Length < to.Length)
            Array.Resize(ref bytes, to.Length);
        return SqlValue.From(bytes);
    }

    /// <summary>Cuts text to the length of its type, as CAST does without an error, and pads char and nchar.</summary>
    static SqlValue Fit(string text, SqlType to)
    {
        if (to.Kind is SqlKind.Char or SqlKind.VarChar && to.Collation is { CodePage: not 65001 } collation)
            text = AsStored(text, collation.Encoding);
        if (to.IsMax || to.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Xml)
            return SqlValue.From(text);
        if (text.Length > to.Length)
            text = text[..to.Length];
        return SqlValue.From(to.Kind is SqlKind.Char or SqlKind.NChar ? text.PadRight(to.Length) : text);
    }

    /// <summary>A code page has no letter for most of Unicode: SQL Server stores a question mark.</summary>
    static string AsStored(string text, Encoding encoding) =>
        Ascii.IsValid(text) ? text : encoding.GetString(encoding.GetBytes(text));
}
