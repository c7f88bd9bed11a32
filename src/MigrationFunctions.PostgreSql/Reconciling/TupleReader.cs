using System.Buffers.Binary;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Finds the tuples in PGCOPY bytes (PostgreSQL documentation, "COPY", Binary Format: a 16-bit field count,
/// then for each field a 32-bit length, -1 for NULL, and its bytes).</summary>
static class TupleReader
{
    /// <summary>The tuples from a position on, to the end of the bytes or to the trailer.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> bytes, int position = 0)
    {
        while (position < bytes.Length
            && BinaryPrimitives.ReadInt16BigEndian(bytes.Span[position..]) is var fields and >= 0)
        {
            var end = position + sizeof(short);
            for (var i = 0; i < fields; i++)
                end += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes.Span[end..]));
            yield return bytes[position..end];
            position = end;
        }
    }
}
