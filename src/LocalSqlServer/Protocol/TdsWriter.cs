using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LocalSqlServer.Protocol;

/// <summary>
/// Collects tokens of one response and cuts them into packets of the negotiated size. Tokens are appended to one buffer;
/// <see cref="FlushAsync"/> sends the packets that are full and keeps the rest, so a row may cross packets. Each packet is
/// one write, as SQL Server does it.
/// </summary>
sealed class TdsWriter(Stream stream)
{
    const int HeaderLength = 8;
    const int FlushThreshold = 64 * 1024;

    byte[] _payload = new byte[FlushThreshold + 16 * 1024];
    byte[] _packet = [];
    Queue<int> _cuts = new();
    int _lastCut;
    int _length;
    byte _packetId;

    public Stream Stream { get; set; } = stream;

    /// <summary>Bytes of a packet with its header, 512 to 32,767.</summary>
    public int PacketSize { get; set; } = 4096;

    /// <summary>Process id of the session, in every packet header.</summary>
    public ushort Spid { get; set; }

    public bool ShouldFlush => _length >= FlushThreshold;

    public Span<byte> Reserve(int count)
    {
        if (_payload.Length - _length < count)
            Array.Resize(ref _payload, Math.Max(_length + count, _payload.Length * 2));
        var span = _payload.AsSpan(_length, count);
        _length += count;
        return span;
    }

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), (ushort)value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>UTF-16 code units without a length.</summary>
    public void Unicode(ReadOnlySpan<char> text) =>
        MemoryMarshal.AsBytes(text).CopyTo(Reserve(text.Length * 2));

    /// <summary>B_VARCHAR: a byte that counts code units, then the text.</summary>
    public void ShortString(string text)
    {
        Byte((byte)text.Length);
        Unicode(text);
    }

    /// <summary>US_VARCHAR: two bytes that count code units, then the text.</summary>
    public void LongString(string text)
    {
        UInt16(text.Length);
        Unicode(text);
    }

    /// <summary>Text as an nvarchar value: two bytes that count bytes, then the code units.</summary>
    public void LongBytesOf(string text)
    {
        UInt16(text.Length * 2);
        Unicode(text);
    }

    /// <summary>Text in a code page behind its length of two bytes.</summary>
    public void Encoded(string text, Encoding encoding)
    {
        var at = _length;
        UInt16(0);
        var span = Reserve(encoding.GetMaxByteCount(text.Length));
        var written = encoding.GetBytes(text, span);
        _length = at + 2 + written;
        BinaryPrimitives.WriteUInt16LittleEndian(_payload.AsSpan(at), (ushort)written);
    }

    /// <summary>
    /// A partially length-prefixed value (MS-TDS 2.2.5.2.3): its length, chunks, terminator. A chunk begins and ends in the
    /// packet of its length: SqlClient 7.1 copies text of a chunk without a look at where the packet ends, so that it would
    /// take the header of the next packet for text when a read from the socket gave it parts of two packets.
    /// </summary>
    public void Chunked(ReadOnlySpan<byte> value)
    {
        const int ChunkHeader = 4;
        var body = PacketSize - HeaderLength;
        Int64(value.Length);
        while (!value.IsEmpty)
        {
            var room = body - (_length - _lastCut) % body - ChunkHeader;
            if (room < 2)
            {
                Cut();
                room = body - ChunkHeader;
            }
            var size = Math.Min(value.Length, room & ~1);
            Int32(size);
            Bytes(value[..size]);
            value = value[size..];
        }
        Int32(0);
    }

    /// <summary>Starts a token whose length of two bytes is known at its end; give the result to <see cref="EndToken"/>.</summary>
    public int BeginToken(TokenType token)
    {
        Byte((byte)token);
        UInt16(0);
        return _length;
    }

    public void EndToken(int begin) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_payload.AsSpan(begin - 2), (ushort)(_length - begin));

    /// <summary>Position to come back to with <see cref="Truncate"/>; valid until the next flush.</summary>
    public int Position => _length;

    /// <summary>Takes back what was written since <paramref name="position"/>: half a row must never reach the client.</summary>
    public void Truncate(int position)
    {
        _length = position;
        if (_lastCut <= position)
            return;
        _cuts = new(_cuts.Where(cut => cut <= position));
        _lastCut = _cuts.LastOrDefault();
    }

    /// <summary>Sends the packets that are full; the rest waits.</summary>
    public ValueTask FlushAsync(CancellationToken ct) => SendAsync(all: false, endOfMessage: false, ct);

    /// <summary>Sends everything, the last packet not full, and does not end the message.</summary>
    public ValueTask FlushAllAsync(CancellationToken ct) => SendAsync(all: true, endOfMessage: false, ct);

    /// <summary>Sends everything and ends the message.</summary>
    public ValueTask EndMessageAsync(CancellationToken ct) => SendAsync(all: true, endOfMessage: true, ct);

    /// <summary>A single packet of another type, for the answer to a pre-login.</summary>
    public async ValueTask SendSingleAsync(PacketType type, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        var packet = new byte[HeaderLength + payload.Length];
        Header(packet, type, packet.Length, last: true);
        payload.CopyTo(packet.AsMemory(HeaderLength));
        await Stream.WriteAsync(packet, ct);
        await Stream.FlushAsync(ct);
    }

    /// <summary>Ends the packet here although it is not full.</summary>
    void Cut()
    {
        _cuts.Enqueue(_length);
        _lastCut = _length;
    }

    async ValueTask SendAsync(bool all, bool endOfMessage, CancellationToken ct)
    {
        if (_packet.Length < PacketSize)
            _packet = new byte[PacketSize];
        var taken = 0;
        bool last;
        do
        {
            var end = taken + PacketSize - HeaderLength;
            if (_cuts.TryPeek(out var cut) && cut <= end)
                end = _cuts.Dequeue();
            last = end >= _length;
            if (last && (!all || (taken == _length && !endOfMessage)))
                break;
            var size = Math.Min(end, _length) - taken;
            Header(_packet, PacketType.TabularResult, size + HeaderLength, endOfMessage && last);
            _payload.AsSpan(taken, size).CopyTo(_packet.AsSpan(HeaderLength));
            taken += size;
            await Stream.WriteAsync(_packet.AsMemory(0, size + HeaderLength), ct);
        }
        while (!last);
        Drop(taken);
        await Stream.FlushAsync(ct);
        if (endOfMessage)
            _packetId = 0;
    }

    /// <summary>What was not sent moves to the front; it begins a packet.</summary>
    void Drop(int taken)
    {
        _payload.AsSpan(taken, _length - taken).CopyTo(_payload);
        _length -= taken;
        _cuts = new(_cuts.Select(cut => cut - taken));
        _lastCut = _cuts.LastOrDefault();
    }

    void Header(Span<byte> packet, PacketType type, int size, bool last)
    {
        packet[0] = (byte)type;
        packet[1] = (byte)(last ? PacketStatus.EndOfMessage : PacketStatus.Normal);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)size);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], Spid);
        packet[6] = ++_packetId;
        packet[7] = 0;
    }
}
