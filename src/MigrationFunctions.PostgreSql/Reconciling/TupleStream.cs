using System.Buffers;
using System.Buffers.Binary;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Finds the tuples in a running COPY ... TO STDOUT (FORMAT BINARY) without keeping them: constant memory but for a row
/// that is larger than the buffer.</summary>
static class TupleStream
{
    const int BufferBytes = 256 * 1024;
    const int Incomplete = -1;
    const int End = -2;

    /// <exception cref="InvalidDataException">The stream ended within a row.</exception>
    public static async Task ReadAsync(Stream stream, RowVisitor visit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (start, length, isHeader, isEnd) = (0, 0, true, false);
            while (true)
            {
                if (isHeader && length - start >= TupleBuffer.Header.Length)
                    (start, isHeader) = (start + TupleBuffer.Header.Length, false);
                if (!isHeader)
                    (start, isEnd) = Visit(buffer.AsSpan(0, length), start, visit);
                if (isEnd)
                    break;
                buffer.AsSpan(start, length - start).CopyTo(buffer);
                (start, length) = (0, length - start);
                if (length == buffer.Length)
                    buffer = Grow(buffer);
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                    throw new InvalidDataException("A COPY ended without its trailer.");
                length += read;
            }
            // The server's own end is still to be read, or the connection stays in its COPY.
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static (int Position, bool IsEnd) Visit(ReadOnlySpan<byte> bytes, int position, RowVisitor visit)
    {
        while (true)
        {
            var length = LengthOf(bytes[position..]);
            if (length < 0)
                return (position, length == End);
            var tuple = bytes.Slice(position, length);
            visit(TupleIds.IdOf(tuple), tuple);
            position += length;
        }
    }

    static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(short))
            return Incomplete;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields < 0)
            return End;
        var position = sizeof(short);
        for (var i = 0; i < fields; i++)
        {
            if (bytes.Length < position + sizeof(int))
                return Incomplete;
            position += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[position..]));
            if (position > bytes.Length)
                return Incomplete;
        }
        return position;
    }

    static byte[] Grow(byte[] buffer)
    {
        var grown = ArrayPool<byte>.Shared.Rent(checked(2 * buffer.Length));
        buffer.CopyTo(grown, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return grown;
    }
}
