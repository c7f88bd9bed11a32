namespace LocalSqlServer.Protocol;

/// <summary>The type byte of a packet header, MS-TDS 2.2.3.1.1.</summary>
enum PacketType : byte
{
    SqlBatch = 0x01,
    Rpc = 0x03,
    TabularResult = 0x04,
    Attention = 0x06,
    BulkLoad = 0x07,
    FederatedToken = 0x08,
    TransactionManager = 0x0E,
    Login7 = 0x10,
    PreLogin = 0x12,
}
