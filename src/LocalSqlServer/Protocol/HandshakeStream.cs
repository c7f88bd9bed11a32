using System.Buffers.Binary;

namespace LocalSqlServer.Protocol;

/// <summary>
/// Carries TLS records inside pre-login packets while the handshake runs (MS-TDS 2.2.6.5); once
/// <see cref="HandshakeDone"/> is set, bytes pass as they are. Writes between two flushes go into one packet.
/// </summary>
sealed class HandshakeStream(Stream inner) : Stream
{
    const int HeaderLength = 8;
    const int LargestPacket = 4096;

    readonly MemoryStream _pending = new();
    readonly byte[] _header = new byte[HeaderLength];
    int _leftInPacket;

    public bool HandshakeDone { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HandshakeDone)
            return await inner.ReadAsync(buffer, cancellationToken);
        await SendPendingAsync(cancellationToken);
        while (_leftInPacket == 0)
        {
            await inner.ReadExactlyAsync(_header, cancellationToken);
            _leftInPacket = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)) - HeaderLength;
            if (_header[0] != (byte)PacketType.PreLogin || _leftInPacket < 0)
                throw new TdsProtocolException("The TLS handshake must travel in pre-login packets.");
        }
        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _leftInPacket)], cancellationToken);
        _leftInPacket -= read;
        return read;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (HandshakeDone)
            await inner.WriteAsync(buffer, cancellationToken);
        else
            _pending.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        HandshakeDone ? inner.FlushAsync(cancellationToken) : SendPendingAsync(cancellationToken).AsTask();

    /// <summary>Sends what the handshake wrote last; its final flight may come without a flush.</summary>
    public async ValueTask SendPendingAsync(CancellationToken ct)
    {
        var bytes = _pending.ToArray();
        _pending.SetLength(0);
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(bytes.Length - at, LargestPacket - HeaderLength);
            var packet = new byte[size + HeaderLength];
            packet[0] = (byte)PacketType.PreLogin;
            packet[1] = (byte)(at + size == bytes.Length ? PacketStatus.EndOfMessage : PacketStatus.Normal);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            bytes.AsSpan(at, size).CopyTo(packet.AsSpan(HeaderLength));
            await inner.WriteAsync(packet, ct);
            at += size;
        }
        await inner.FlushAsync(ct);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException("Only asynchronous calls.");

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous calls.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous calls.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
