using System.Runtime.InteropServices;
using System.Text;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

abstract partial class ColumnEncoder
{
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

    /// <summary>Values of the (max) types and xml.</summary>
    abstract class Chunked : ColumnEncoder
    {
        public override void WriteNull(TdsWriter writer) => writer.Int64(-1);
    }

    sealed class ChunkedUnicode : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value) =>
            writer.Chunked(MemoryMarshal.AsBytes(value.Text.AsSpan()));
    }

    sealed class ChunkedText(Encoding encoding) : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value) => writer.Chunked(encoding.GetBytes(value.Text));
    }

    sealed class ChunkedBinary : Chunked
    {
        public override void Write(TdsWriter writer, in SqlValue value) => writer.Chunked(value.Bytes);
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
