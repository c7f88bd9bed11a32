using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LocalSqlServer.Types;

/// <summary>
/// One value of a row, without its type: the column or expression carries that. Two machine words and one reference, so that
/// numbers, dates and identifiers need no object. The default value is NULL. What the words hold:
/// integers, bit and rowversion the number; decimal the unscaled 128-bit number; money the number times 10,000;
/// float and real the bits of a double; date, datetime, smalldatetime and datetime2 ticks of 100 ns since 0001-01-01;
/// time ticks since midnight; datetimeoffset UTC ticks and the offset in minutes; uniqueidentifier its 16 bytes.
/// </summary>
public readonly struct SqlValue
{
    static readonly object Scalar = new();

    readonly object? _reference;
    readonly long _low;
    readonly long _high;

    SqlValue(object? reference, long low, long high)
    {
        _reference = reference;
        _low = low;
        _high = high;
    }

    public static SqlValue Null => default;

    public bool IsNull => _reference is null;

    /// <summary>An integer, a bit (0 or 1), money times 10,000, ticks of a date or a time, or a rowversion.</summary>
    public static SqlValue From(long number) => new(Scalar, number, 0);

    /// <summary>The unscaled number of a decimal: 1.250 of scale 3 is 1250.</summary>
    public static SqlValue FromUnscaled(Int128 unscaled) => new(Scalar, (long)(ulong)unscaled, (long)(unscaled >> 64));

    public static SqlValue From(double number) => new(Scalar, BitConverter.DoubleToInt64Bits(number), 0);

    public static SqlValue From(string? text) => new(text, 0, 0);

    public static SqlValue From(byte[]? bytes) => new(bytes, 0, 0);

    public static SqlValue From(Guid guid)
    {
        var words = MemoryMarshal.Cast<Guid, long>(MemoryMarshal.CreateReadOnlySpan(ref guid, 1));
        return new(Scalar, words[0], words[1]);
    }

    public static SqlValue From(DateTime value) => new(Scalar, value.Ticks, 0);

    public static SqlValue From(DateOnly value) => new(Scalar, value.DayNumber * TimeSpan.TicksPerDay, 0);

    public static SqlValue From(DateTimeOffset value) => new(Scalar, value.UtcTicks, (long)value.Offset.TotalMinutes);

    public long Number => _low;

    public Int128 Unscaled => new((ulong)_high, (ulong)_low);

    public double Double => BitConverter.Int64BitsToDouble(_low);

    public string Text => (string)_reference!;

    public byte[] Bytes => (byte[])_reference!;

    public DateTime DateTime => new(_low);

    public int OffsetMinutes => (int)_high;

    public Guid Guid
    {
        get
        {
            Span<long> words = [_low, _high];
            return MemoryMarshal.Cast<long, Guid>(words)[0];
        }
    }

    /// <summary>SQL Server compares the last six bytes of an identifier first, then groups 4, 3, 2 and 1.</summary>
    internal UInt128 GuidOrder
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, _low);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], _high);
            var node = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
            var high = (node << 16) | (node >> 48);
            ulong low = 0;
            foreach (var i in (ReadOnlySpan<int>)[6, 7, 4, 5, 0, 1, 2, 3])
                low = (low << 8) | bytes[i];
            return new UInt128(high, low);
        }
    }
}
