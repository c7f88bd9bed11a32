using System.Numerics;

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
            return TextLength.Fit(TextFormat.Format(value, from, style), from, to);
        if (to.IsBinary)
            return BinaryConversion.ToBinary(value, from, to);
        return to.Kind switch
        {
            SqlKind.UniqueIdentifier => BinaryConversion.ToGuid(value, from, to),
            SqlKind.RowVersion => BinaryConversion.ToRowVersion(value, from, to),
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
            _ when from.IsBinary => BinaryConversion.ToInteger(value.Bytes, to),
            _ when from.IsText => NumberText.Integer(value.Text, from, to),
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
        _ when from.IsText && IsWord(value.Text, "true") => true,
        _ when from.IsText && IsWord(value.Text, "false") => false,
        _ when from.IsText => NumberText.Integer(value.Text, from, to) != 0,
        _ when from.IsBinary => value.Bytes.Any(b => b != 0),
        _ => value.Number != 0,
    };

    static bool IsWord(string text, string word) => text.Trim(' ').Equals(word, StringComparison.OrdinalIgnoreCase);

    static Int128 Truncate(double number, SqlType to) => Math.Abs(number) < 1e19
        ? (Int128)Math.Truncate(number)
        : throw SqlServerException.Overflow(to);

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
            (unscaled, fromScale) = NumberText.Decimal(value.Text, from, to);
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

    static SqlValue ToFloating(SqlValue value, SqlType from, SqlType to)
    {
        var number = from.Kind switch
        {
            _ when from.IsInteger => value.Number,
            SqlKind.Decimal => (double)value.Unscaled / Math.Pow(10, from.Scale),
            SqlKind.Money or SqlKind.SmallMoney => value.Number / 10_000d,
            SqlKind.Float or SqlKind.Real => value.Double,
            _ when from.IsText => NumberText.Float(value.Text, from, to),
            _ => throw NotConvertible(from, to),
        };
        if (to.Kind == SqlKind.Real)
            number = (float)number;
        return double.IsFinite(number) ? SqlValue.From(number) : throw SqlServerException.Overflow(to);
    }
}
