using System.Buffers.Binary;
using System.Text;

namespace LocalSqlServer.Protocol;

/// <summary>Reads the fields of one message from front to back; a read past its end is a protocol error.</summary>
ref struct TdsParser(ReadOnlySpan<byte> data)
{
    ReadOnlySpan<byte> _rest = data;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _rest.Length)
            throw new TdsProtocolException($"A field of {count} bytes does not fit the {_rest.Length} that are left.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Bytes(1)[0];

    public readonly byte Peek() => _rest.IsEmpty ? (byte)0 : _rest[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public string Unicode(int units) => Encoding.Unicode.GetString(Bytes(units * 2));

    public string ShortString() => Unicode(Byte());

    public string LongString() => Unicode(UInt16());

    /// <summary>Skips ALL_HEADERS (MS-TDS 2.2.5.3) and gives the transaction descriptor that they carry.</summary>
    public ulong Headers()
    {
        const ushort TransactionDescriptor = 2;
        var total = Int32();
        var headers = new TdsParser(Bytes(total - 4));
        ulong descriptor = 0;
        while (!headers.AtEnd)
        {
            var header = new TdsParser(headers.Bytes(headers.Int32() - 4));
            if (header.UInt16() == TransactionDescriptor)
                descriptor = header.UInt64();
        }
        return descriptor;
    }
}
