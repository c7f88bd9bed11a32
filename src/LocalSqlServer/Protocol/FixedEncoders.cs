using System.Buffers.Binary;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

abstract partial class ColumnEncoder
{
    /// <summary>A type that exists in a fixed form, and in a nullable form with a byte for the length.</summary>
    abstract class Fixed(int length, bool nullable) : ColumnEncoder
    {
        protected Span<byte> Begin(TdsWriter writer)
        {
            if (!nullable)
                return writer.Reserve(length);
            var span = writer.Reserve(length + 1);
            span[0] = (byte)length;
            return span[1..];
        }
    }

    sealed class OneByte(bool nullable) : Fixed(1, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value) => Begin(writer)[0] = (byte)value.Number;
    }

    sealed class TwoBytes(bool nullable) : Fixed(2, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value) =>
            BinaryPrimitives.WriteInt16LittleEndian(Begin(writer), (short)value.Number);
    }

    sealed class FourBytes(bool nullable) : Fixed(4, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value) =>
            BinaryPrimitives.WriteInt32LittleEndian(Begin(writer), (int)value.Number);
    }

    sealed class EightBytes(bool nullable) : Fixed(8, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value) =>
            BinaryPrimitives.WriteInt64LittleEndian(Begin(writer), value.Number);
    }

    sealed class MoneyBytes(bool nullable) : Fixed(8, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var span = Begin(writer);
            BinaryPrimitives.WriteInt32LittleEndian(span, (int)(value.Number >> 32));
            BinaryPrimitives.WriteInt32LittleEndian(span[4..], (int)value.Number);
        }
    }

    sealed class RealBytes(bool nullable) : Fixed(4, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value) =>
            BinaryPrimitives.WriteSingleLittleEndian(Begin(writer), (float)value.Double);
    }

    sealed class DateTimeBytes(bool nullable) : Fixed(8, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var (days, parts) = DateTimeMath.ToDateTimeParts(value.Number);
            var span = Begin(writer);
            BinaryPrimitives.WriteInt32LittleEndian(span, days);
            BinaryPrimitives.WriteInt32LittleEndian(span[4..], parts);
        }
    }

    sealed class SmallDateTimeBytes(bool nullable) : Fixed(4, nullable)
    {
        public override void Write(TdsWriter writer, in SqlValue value)
        {
            var minutes = (value.Number - DateTimeMath.Epoch1900) / TimeSpan.TicksPerMinute;
            var span = Begin(writer);
            BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)(minutes / 1440));
            BinaryPrimitives.WriteUInt16LittleEndian(span[2..], (ushort)(minutes % 1440));
        }
    }
}
