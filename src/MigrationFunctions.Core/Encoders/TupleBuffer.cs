using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Rows in PostgreSQL's binary COPY format (PostgreSQL documentation, COPY, "Binary Format"), in one pooled
/// array that grows. A row is an int16 with the number of fields, then each field as an int32 length and its bytes; all
/// numbers are big-endian, a length of -1 is NULL. A row that is rolled back leaves no byte. For one thread.</summary>
public sealed class TupleBuffer : IDisposable
{
    /// <summary>The most bytes that one field may have: PostgreSQL allocates no more than 1 GB for a value.</summary>
    public const int MaxFieldBytes = 1_000_000_000;

    const int LengthBytes = 4;
    const int LongText = 16 * 1024;
    readonly int _capacity;
    byte[] _buffer;
    int _position;
    int _rowStart;
    int _fieldsLeft;
    bool _isOpen;

    /// <summary>Rents an array of at least <paramref name="capacity"/> bytes.</summary>
    public TupleBuffer(int capacity = 256 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    /// <summary>What a COPY stream begins with: signature, flags (none) and the length of the header's extension
    /// (0).</summary>
    public static ReadOnlySpan<byte> Header =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>What a COPY stream ends with: a field count of -1.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xFF, 0xFF];

    /// <summary>Values of the ended rows that a rule changed.</summary>
    public AdjustmentJournal Adjustments { get; } = new();

    /// <summary>Rows ended since the last <see cref="Reset"/>.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of the ended rows.</summary>
    public int Length => _isOpen ? _rowStart : _position;

    /// <summary>The ended rows, without header and trailer. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    /// <summary>The ended rows, without header and trailer. Valid until the next call.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, Length);

    /// <summary>The row that ended last, field count included: its canonical form. Valid until the next call.</summary>
    public ReadOnlySpan<byte> LastRow => _isOpen ? default : _buffer.AsSpan(_rowStart, _position - _rowStart);

    /// <summary>Opens a row of that many fields.</summary>
    public void BeginRow(int fieldCount)
    {
        if (_isOpen)
            throw new InvalidOperationException("A row is open: end it or roll it back first.");
        ArgumentOutOfRangeException.ThrowIfNegative(fieldCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fieldCount, short.MaxValue);
        _rowStart = _position;
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)fieldCount);
        _fieldsLeft = fieldCount;
        _isOpen = true;
        Adjustments.BeginRow();
    }

    /// <summary>Ends the open row and returns its bytes, field count included: the row's canonical form.</summary>
    /// <exception cref="InvalidOperationException">The row has fewer fields than it was opened with.</exception>
    public ReadOnlySpan<byte> EndRow()
    {
        if (!_isOpen || _fieldsLeft != 0)
            throw new InvalidOperationException($"No row is open, or {_fieldsLeft} of its fields are missing.");
        _isOpen = false;
        RowCount++;
        return _buffer.AsSpan(_rowStart, _position - _rowStart);
    }

    /// <summary>Drops the open row, if one is open.</summary>
    public void RollBackRow()
    {
        if (!_isOpen)
            return;
        _position = _rowStart;
        _isOpen = false;
        Adjustments.RollBackRow();
    }

    /// <summary>Notes that a rule changed a value of the open row.</summary>
    public void Adjust(int slot) => Adjustments.Add(slot);

    public void WriteNull() => Field(0, -1);

    public void WriteBoolean(bool value) => Field(1, 1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Field(2, 2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(4, 4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(8, 8), value);

    public void WriteSingle(float value) => BinaryPrimitives.WriteSingleBigEndian(Field(4, 4), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleBigEndian(Field(8, 8), value);

    /// <summary>Writes a uuid in the byte order of RFC 9562, as it is printed.</summary>
    public void WriteGuid(Guid value) => value.TryWriteBytes(Field(16, 16), bigEndian: true, out _);

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length, value.Length));

    /// <summary>Writes text as UTF-8. False, with nothing written, when it holds a surrogate without partner.</summary>
    public bool TryWriteText(ReadOnlySpan<char> value, int padding = 0)
    {
        // Three bytes for each UTF-16 unit are always enough; long text is counted, so as not to rent thrice its size.
        var worst = value.Length > LongText ? Encoding.UTF8.GetByteCount(value) : value.Length * 3;
        EnsureRoom(LengthBytes + worst + padding);
        var body = _buffer.AsSpan(_position + LengthBytes, worst + padding);
        if (Utf8.FromUtf16(value, body, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            return false;
        body.Slice(written, padding).Fill((byte)' ');
        Field(written + padding, written + padding);
        return true;
    }

    /// <summary>Writes the length of a field and returns its bytes for the caller to fill.</summary>
    public Span<byte> WriteField(int length) => Field(length, length);

    /// <summary>Moves bytes of ended rows towards the beginning, over what stands there.</summary>
    /// <returns>How many.</returns>
    internal int Move(int start, int end, int to)
    {
        if (to != start)
            _buffer.AsSpan(start, end - start).CopyTo(_buffer.AsSpan(to));
        return end - start;
    }

    /// <summary>Ends the buffer after that many bytes, which are that many whole rows.</summary>
    internal void Truncate(int length, int rows)
    {
        (_position, RowCount) = (length, rows);
        _rowStart = length;
    }

    /// <summary>Forgets all rows; an array that grew far beyond the first is given back.</summary>
    public void Reset()
    {
        _position = _rowStart = 0;
        _isOpen = false;
        RowCount = 0;
        Adjustments.Reset();
        if (_buffer.Length <= 8L * _capacity)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(_capacity);
    }

    /// <summary>Gives the array back; the buffer must not be used any more.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _position = 0;
        _isOpen = false;
    }

    Span<byte> Field(int length, int declared)
    {
        if (!_isOpen || _fieldsLeft == 0)
            throw new InvalidOperationException("The row is not open or has all of its fields.");
        _fieldsLeft--;
        var span = Take(LengthBytes + length);
        BinaryPrimitives.WriteInt32BigEndian(span, declared);
        return span[LengthBytes..];
    }

    Span<byte> Take(int count)
    {
        EnsureRoom(count);
        var span = _buffer.AsSpan(_position, count);
        _position += count;
        return span;
    }

    void EnsureRoom(int count)
    {
        if (count > _buffer.Length - _position)
            Grow(count);
    }

    void Grow(int count)
    {
        var needed = (long)_position + count;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException("The rows do not fit into one buffer: send the buffer on more often.");
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * _buffer.Length), Array.MaxLength));
        _buffer.AsSpan(0, _position).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
