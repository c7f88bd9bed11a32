namespace LocalSqlServer.Protocol;

/// <summary>A whole request of the client: the payload of its packets up to the one that ends the message.</summary>
readonly record struct TdsMessage(PacketType Type, PacketStatus Status, ReadOnlyMemory<byte> Payload);
