using System.Globalization;
using System.Numerics;

namespace LocalSqlServer.Types;

/// <summary>Turns the CLR values of a test or a builder into stored values and back.</summary>
static class ClrValues
{
    /// <exception cref="ArgumentException">The value does not fit the type.</exception>
    public static SqlValue ToSql(object? value, SqlType type)
    {
        var (found, source) = value switch
        {
            null or DBNull => (SqlValue.Null, type),
            bool b => (SqlValue.From(b ? 1 : 0), SqlType.Bit),
            byte or short or int or long or sbyte or ushort or uint =>
                (SqlValue.From(Convert.ToInt64(value, CultureInfo.InvariantCulture)), SqlType.BigInt),
            decimal d => FromDecimal(d),
            float f => (SqlValue.From((double)f), SqlType.Real),
            double d => (SqlValue.From(d), SqlType.Float),
            string s => (SqlValue.From(s), SqlType.NVarChar(SqlType.Max, type.Collation)),
            char c => (SqlValue.From(c.ToString()), SqlType.NVarChar(1, type.Collation)),
            byte[] b => (SqlValue.From(b), SqlType.VarBinary(SqlType.Max)),
            Guid g => (SqlValue.From(g), SqlType.UniqueIdentifier),
            DateTime d => (SqlValue.From(d), SqlType.DateTime2()),
            DateOnly d => (SqlValue.From(d), SqlType.Date),
            TimeOnly t => (SqlValue.From(t.Ticks), SqlType.Time()),
            TimeSpan t => (SqlValue.From(t.Ticks), SqlType.Time()),
            DateTimeOffset d => (SqlValue.From(d), SqlType.DateTimeOffset()),
            _ => throw new ArgumentException($"A {value.GetType()} cannot be stored as {type}.", nameof(value)),
        };
        try
        {
            return SqlConversion.Convert(found, source, type);
        }
        catch (SqlServerException e)
        {
            throw new ArgumentException($"'{value}' cannot be stored as {type}: {e.Message}", nameof(value), e);
        }
    }

    public static object? ToClr(SqlValue value, SqlType type) => value.IsNull ? null : type.Kind switch
    {
        SqlKind.Bit => value.Number != 0,
        SqlKind.TinyInt => (byte)value.Number,
        SqlKind.SmallInt => (short)value.Number,
        SqlKind.Int => (int)value.Number,
        SqlKind.BigInt or SqlKind.RowVersion => value.Number,
        SqlKind.Decimal => (decimal)value.Unscaled / (decimal)BigInteger.Pow(10, type.Scale),
        SqlKind.Money or SqlKind.SmallMoney => value.Number / 10_000m,
        SqlKind.Float => value.Double,
        SqlKind.Real => (float)value.Double,
        SqlKind.Time => new TimeSpan(value.Number),
        SqlKind.DateTimeOffset =>
            new DateTimeOffset(value.DateTime, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(value.OffsetMinutes)),
        SqlKind.UniqueIdentifier => value.Guid,
        _ when type.IsText => value.Text,
        _ when type.IsBinary => value.Bytes,
        _ => value.DateTime,
    };

    static (SqlValue Value, SqlType Type) FromDecimal(decimal number)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(number, bits);
        var magnitude = ((Int128)(uint)bits[2] << 64) | ((Int128)(uint)bits[1] << 32) | (uint)bits[0];
        var scale = (bits[3] >> 16) & 0xFF;
        return (SqlValue.FromUnscaled(bits[3] < 0 ? -magnitude : magnitude), SqlType.Decimal(38, scale));
    }
}
