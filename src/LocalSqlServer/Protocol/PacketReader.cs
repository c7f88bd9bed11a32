using System.Buffers.Binary;

namespace LocalSqlServer.Protocol;

/// <summary>Reads packets and joins them into messages. A message may not pass <see cref="LargestMessage"/> bytes.</summary>
sealed class PacketReader(Stream stream)
{
    const int HeaderLength = 8;
    const int LargestMessage = 256 * 1024 * 1024;

    readonly byte[] _header = new byte[HeaderLength];

    /// <summary>The next message, or null when the client has closed the connection between two messages.</summary>
    public async ValueTask<TdsMessage?> ReadAsync(CancellationToken ct)
    {
        var payload = Array.Empty<byte>();
        var length = 0;
        PacketStatus first = PacketStatus.Normal;
        for (var packet = 0; ; packet++)
        {
            if (await stream.ReadAtLeastAsync(_header, HeaderLength, throwOnEndOfStream: false, ct) < HeaderLength)
                return packet == 0 ? null : throw new TdsProtocolException("The connection ended inside a message.");
            var status = (PacketStatus)_header[1];
            if (packet == 0)
                first = status;
            var size = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)) - HeaderLength;
            if (size < 0 || length + size > LargestMessage)
                throw new TdsProtocolException($"A packet of {size} bytes after {length} is outside the limits.");
            if (payload.Length < length + size)
                Array.Resize(ref payload, Math.Max(length + size, payload.Length * 2));
            await stream.ReadExactlyAsync(payload.AsMemory(length, size), ct);
            length += size;
            if (status.HasFlag(PacketStatus.EndOfMessage))
                return new TdsMessage((PacketType)_header[0], first | status, payload.AsMemory(0, length));
        }
    }
}
