using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>Reads one parameter value of a type that <see cref="TypeInfo.Read"/> gave, MS-TDS 2.2.5.5.</summary>
static class ValueReader
{
    const ulong PlpNull = ulong.MaxValue;
    const ushort ShortNull = 0xFFFF;

    public static SqlValue Read(ref TdsParser parser, SqlType type, bool fixedLength)
    {
        if (type.IsMax || type.Kind == SqlKind.Xml)
            return ReadChunks(ref parser, type);
        if (TypeInfo.IsLong(type))
        {
            var length = parser.Int32();
            return length < 0 ? SqlValue.Null : FromBytes(parser.Bytes(length), type);
        }
        if (type.IsText || type.IsBinary)
        {
            var length = parser.UInt16();
            return length == ShortNull ? SqlValue.Null : FromBytes(parser.Bytes(length), type);
        }
        var size = fixedLength ? type.Length : parser.Byte();
        return size == 0 ? SqlValue.Null : FromFixed(parser.Bytes(size), type);
    }

    static SqlValue ReadChunks(ref TdsParser parser, SqlType type)
    {
        if (parser.UInt64() == PlpNull)
            return SqlValue.Null;
        var all = new MemoryStream();
        while (parser.Int32() is var chunk && chunk != 0)
            all.Write(parser.Bytes(chunk));
        return FromBytes(all.GetBuffer().AsSpan(0, (int)all.Length), type);
    }

    static SqlValue FromBytes(ReadOnlySpan<byte> bytes, SqlType type)
    {
        if (type.Kind == SqlKind.Xml && bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            bytes = bytes[2..];
        if (type.IsBinary)
            return SqlValue.From(bytes.ToArray());
        return SqlValue.From(type.IsUnicode
            ? string.Create(bytes.Length / 2, bytes, static (chars, source) =>
                source[..(chars.Length * 2)].CopyTo(MemoryMarshal.AsBytes(chars)))
            : (type.Collation?.Encoding ?? Encoding.UTF8).GetString(bytes));
    }

    static SqlValue FromFixed(ReadOnlySpan<byte> b, SqlType type) => type.Kind switch
    {
        SqlKind.TinyInt => SqlValue.From(b[0]),
        SqlKind.Bit => SqlValue.From(b[0] == 0 ? 0 : 1),
        SqlKind.SmallInt => SqlValue.From(BinaryPrimitives.ReadInt16LittleEndian(b)),
        SqlKind.Int or SqlKind.SmallMoney => SqlValue.From(BinaryPrimitives.ReadInt32LittleEndian(b)),
        SqlKind.BigInt => SqlValue.From(BinaryPrimitives.ReadInt64LittleEndian(b)),
        SqlKind.Money => SqlValue.From(
            ((long)BinaryPrimitives.ReadInt32LittleEndian(b) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(b[4..])),
        SqlKind.Real => SqlValue.From((double)BinaryPrimitives.ReadSingleLittleEndian(b)),
        SqlKind.Float => SqlValue.From(BinaryPrimitives.ReadDoubleLittleEndian(b)),
        SqlKind.UniqueIdentifier => SqlValue.From(new Guid(b)),
        SqlKind.Decimal => SqlValue.FromUnscaled(Magnitude(b[1..]) * (b[0] == 0 ? -1 : 1)),
        SqlKind.Date => SqlValue.From(Days(b) * TimeSpan.TicksPerDay),
        SqlKind.Time => SqlValue.From(Ticks(b, type.Scale)),
        SqlKind.DateTime => SqlValue.From(DateTimeMath.FromDateTimeParts(
            BinaryPrimitives.ReadInt32LittleEndian(b), BinaryPrimitives.ReadInt32LittleEndian(b[4..]))),
        SqlKind.SmallDateTime => SqlValue.From(DateTimeMath.FromSmallDateTimeParts(
            BinaryPrimitives.ReadUInt16LittleEndian(b), BinaryPrimitives.ReadUInt16LittleEndian(b[2..]))),
        SqlKind.DateTime2 => SqlValue.From(Days(b[^3..]) * TimeSpan.TicksPerDay + Ticks(b[..^3], type.Scale)),
        SqlKind.DateTimeOffset => ReadOffset(b, type.Scale),
        _ => throw new TdsProtocolException($"A value of {type} has no fixed length."),
    };

    static SqlValue ReadOffset(ReadOnlySpan<byte> b, byte scale)
    {
        var utc = Days(b[^5..^2]) * TimeSpan.TicksPerDay + Ticks(b[..^5], scale);
        var offset = TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16LittleEndian(b[^2..]));
        return SqlValue.From(new DateTimeOffset(utc, TimeSpan.Zero).ToOffset(offset));
    }

    static long Days(ReadOnlySpan<byte> b) => b[0] | (b[1] << 8) | (b[2] << 16);

    static long Ticks(ReadOnlySpan<byte> b, byte scale) => (long)Magnitude(b) * DateTimeMath.TicksPerUnit(scale);

    static Int128 Magnitude(ReadOnlySpan<byte> littleEndian)
    {
        Int128 value = 0;
        for (var i = littleEndian.Length - 1; i >= 0; i--)
            value = (value << 8) | littleEndian[i];
        return value;
    }
}
