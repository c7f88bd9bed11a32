using System.Buffers.Binary;
using System.Text;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>
/// Writes the values of one column in the form of a row token (MS-TDS 2.2.7.19); chosen once per result, then called for
/// every row without a look at the type. NULL has its own form for rows without a null bitmap.
/// </summary>
abstract class ColumnEncoder
{
    public abstract void Write(TdsWriter writer, in SqlValue value);

    public virtual void WriteNull(TdsWriter writer) => writer.Byte(0);

    public static ColumnEncoder For(SqlType type) => type.Kind switch
    {
        SqlKind.TinyInt or SqlKind.Bit => new OneByte(),
        SqlKind.SmallInt => new TwoBytes(),
        SqlKind.Int or SqlKind.SmallMoney => new FourBytes(),
        SqlKind.BigInt => new EightBytes(),
        SqlKind.Money => new MoneyBytes(),
        SqlKind.Float => new EightBytes(),
        SqlKind.Real => new RealBytes(),
        SqlKind.Decimal => new DecimalBytes(),
        SqlKind.UniqueIdentifier => new GuidBytes(),
        SqlKind.Date => new DateBytes(),
        SqlKind.Time => new TimeBytes(type.Scale),
        SqlKind.DateTime => new DateTimeBytes(),
        SqlKind.SmallDateTime => new SmallDateTimeBytes(),
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

    sealed class OneByte : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(2);
            span[0] = 1;
            span[1] = (byte)value.Number;
        }
    }

    sealed class TwoBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(3);
            span[0] = 2;
            BinaryPrimitives.WriteInt16LittleEndian(span[1..], (short)value.Number);
        }
    }

    sealed class FourBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(5);
            span[0] = 4;
            BinaryPrimitives.WriteInt32LittleEndian(span[1..], (int)value.Number);
        }
    }

    sealed class EightBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(9);
            span[0] = 8;
            BinaryPrimitives.WriteInt64LittleEndian(span[1..], value.Number);
        }
    }

    sealed class MoneyBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(9);
            span[0] = 8;
            BinaryPrimitives.WriteInt32LittleEndian(span[1..], (int)(value.Number >> 32));
            BinaryPrimitives.WriteInt32LittleEndian(span[5..], (int)value.Number);
        }
    }

    sealed class RealBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = writer.Reserve(5);
            span[0] = 4;
            BinaryPrimitives.WriteSingleLittleEndian(span[1..], (float)value.Double);
        }
    }

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

    sealed class DateTimeBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var (days, parts) = DateTimeMath.ToDateTimeParts(value.Number);
            var span = writer.Reserve(9);
            span[0] = 8;
            BinaryPrimitives.WriteInt32LittleEndian(span[1..], days);
            BinaryPrimitives.WriteInt32LittleEndian(span[5..], parts);
        }
    }

    sealed class SmallDateTimeBytes : ColumnEncoder
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var minutes = (value.Number - DateTimeMath.Epoch1900) / TimeSpan.TicksPerMinute;
            var span = writer.Reserve(5);
            span[0] = 4;
            BinaryPrimitives.WriteUInt16LittleEndian(span[1..], (ushort)(minutes / 1440));
            BinaryPrimitives.WriteUInt16LittleEndian(span[3..], (ushort)(minutes % 1440));
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

    abstract class Short : ColumnEncoder
    {
        public override void WriteNull(TdsWriter writer) => writer.UInt16(0xFFFF);
    }

    sealed class ShortUnicode : Short
    {
        public override void Write(TdsWriter writer, in SqlValue value) => writer.LongBytesOf(value.Text);
    }

    sealed class ShortText(Encoding encoding) : Short
    {
        public override void Write(TdsWriter writer, in SqlValue value) => writer.Encoded(value.Text, encoding);
    }

    sealed class ShortBinary : Short
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            writer.UInt16(value.Bytes.Length);
            writer.Bytes(value.Bytes);
        }
    }

    /// <summary>Partially length-prefixed values: total length, one chunk, terminator.</summary>
    abstract class Chunked : ColumnEncoder
    {
        public override void WriteNull(TdsWriter writer) => writer.Int64(-1);

        protected static void Begin(TdsWriter writer, int length)
        {
            writer.Int64(length);
            if (length > 0)
                writer.Int32(length);
        }
    }

    sealed class ChunkedUnicode : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            Begin(writer, value.Text.Length * 2);
            writer.Unicode(value.Text);
            writer.Int32(0);
        }
    }

    sealed class ChunkedText(Encoding encoding) : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var length = encoding.GetByteCount(value.Text);
            Begin(writer, length);
            encoding.GetBytes(value.Text, writer.Reserve(length));
            writer.Int32(0);
        }
    }

    sealed class ChunkedBinary : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            Begin(writer, value.Bytes.Length);
            writer.Bytes(value.Bytes);
            writer.Int32(0);
        }
    }

    /// <summary>text, ntext and image carry a text pointer and a timestamp that no client uses.</summary>
    abstract class Long : ColumnEncoder
    {
        protected static void Begin(TdsWriter writer, int length)
        {
            writer.Byte(16);
            writer.Reserve(24).Clear();
            writer.Int32(length);
        }
    }

    sealed class LongText(Encoding encoding) : Long
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var length = encoding.GetByteCount(value.Text);
            Begin(writer, length);
            encoding.GetBytes(value.Text, writer.Reserve(length));
        }
    }

    sealed class LongBinary : Long
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            Begin(writer, value.Bytes.Length);
            writer.Bytes(value.Bytes);
        }
    }
}
