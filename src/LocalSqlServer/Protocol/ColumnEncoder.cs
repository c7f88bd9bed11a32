using System.Buffers.Binary;
using System.Text;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>
/// Writes the values of one column in the form of a row token (MS-TDS 2.2.7.19); chosen once per result, then called for
/// every row without a look at the type. NULL has its own form for rows without a null bitmap.
/// </summary>
abstract partial class ColumnEncoder
{
    public abstract void Write(TdsWriter writer, in SqlValue value);

    public virtual void WriteNull(TdsWriter writer) => writer.Byte(0);

    /// <param name="type">The type of the column.</param>
    /// <param name="nullable">False: the column was described as a type of fixed length, whose values have no length byte.</param>
    public static ColumnEncoder For(SqlType type, bool nullable) => type.Kind switch
    {
        SqlKind.TinyInt or SqlKind.Bit => new OneByte(nullable),
        SqlKind.SmallInt => new TwoBytes(nullable),
        SqlKind.Int or SqlKind.SmallMoney => new FourBytes(nullable),
        SqlKind.BigInt or SqlKind.Float => new EightBytes(nullable),
        SqlKind.Money => new MoneyBytes(nullable),
        SqlKind.Real => new RealBytes(nullable),
        SqlKind.Decimal => new DecimalBytes(),
        SqlKind.UniqueIdentifier => new GuidBytes(),
        SqlKind.Date => new DateBytes(),
        SqlKind.Time => new TimeBytes(type.Scale),
        SqlKind.DateTime => new DateTimeBytes(nullable),
        SqlKind.SmallDateTime => new SmallDateTimeBytes(nullable),
        SqlKind.DateTime2 => new DateTime2Bytes(type.Scale),
        SqlKind.DateTimeOffset => new DateTimeOffsetBytes(type.Scale),
        SqlKind.RowVersion => new RowVersionBytes(),
        SqlKind.Xml => new ChunkedUnicode(),
        SqlKind.NVarChar when type.IsMax => new ChunkedUnicode(),
        SqlKind.NChar or SqlKind.NVarChar => new ShortUnicode(),
        SqlKind.VarChar when type.IsMax => new ChunkedText(EncodingOf(type)),
        SqlKind.Char or SqlKind.VarChar => new ShortText(EncodingOf(type)),
        SqlKind.VarBinary when type.IsMax => new ChunkedBinary(),
        SqlKind.Binary or SqlKind.VarBinary => new ShortBinary(),
        SqlKind.Text => new LongText(EncodingOf(type)),
        SqlKind.NText => new LongText(Encoding.Unicode),
        SqlKind.Image => new LongBinary(),
        _ => throw new InvalidOperationException($"{type} has no encoder."),
    };

    static Encoding EncodingOf(SqlType type) => (type.Collation ?? Collation.Default).Encoding;

    static void LittleEndian(Span<byte> span, long value)
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = (byte)value;
            value >>= 8;
        }
    }

    static int TimeLength(byte scale) => scale switch { <= 2 => 3, <= 4 => 4, _ => 5 };

    sealed class DecimalBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var number = value.Unscaled;
            var span = writer.Reserve(18);
            span[0] = 17;
            span[1] = number < 0 ? (byte)0 : (byte)1;
            BinaryPrimitives.WriteInt128LittleEndian(span[2..], Int128.Abs(number));
        }
    }

    sealed class GuidBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(17);
            span[0] = 16;
            value.Guid.TryWriteBytes(span[1..]);
        }
    }

    sealed class RowVersionBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(10);
            span[0] = 8;
            span[1] = 0;
            BinaryPrimitives.WriteInt64BigEndian(span[2..], value.Number);
        }

        public override void WriteNull(TdsWriter writer) => writer.UInt16(0xFFFF);
    }

    sealed class DateBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(4);
            span[0] = 3;
            LittleEndian(span[1..], value.Number / TimeSpan.TicksPerDay);
        }
    }

    sealed class TimeBytes(byte scale) : ColumnEncoder
    {
        readonly int _length = TimeLength(scale);
        readonly long _unit = DateTimeMath.TicksPerUnit(scale);

        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(_length + 1);
            span[0] = (byte)_length;
            LittleEndian(span[1..], value.Number / _unit);
        }
    }

    sealed class DateTime2Bytes(byte scale) : ColumnEncoder
    {
        readonly int _length = TimeLength(scale);
        readonly long _unit = DateTimeMath.TicksPerUnit(scale);

        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var days = Math.DivRem(value.Number, TimeSpan.TicksPerDay, out var time);
            var span = writer.Reserve(_length + 4);
            span[0] = (byte)(_length + 3);
            LittleEndian(span.Slice(1, _length), time / _unit);
            LittleEndian(span[^3..], days);
        }
    }

    sealed class DateTimeOffsetBytes(byte scale) : ColumnEncoder
    {
        readonly int _length = TimeLength(scale);
        readonly long _unit = DateTimeMath.TicksPerUnit(scale);

        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var days = Math.DivRem(value.Number, TimeSpan.TicksPerDay, out var time);
            var span = writer.Reserve(_length + 6);
            span[0] = (byte)(_length + 5);
            LittleEndian(span.Slice(1, _length), time / _unit);
            LittleEndian(span[^5..^2], days);
            BinaryPrimitives.WriteInt16LittleEndian(span[^2..], (short)value.OffsetMinutes);
        }
    }

}
