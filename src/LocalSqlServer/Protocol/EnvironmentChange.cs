namespace LocalSqlServer.Protocol;

/// <summary>What an ENVCHANGE token tells, MS-TDS 2.2.7.9.</summary>
enum EnvironmentChange : byte
{
    Database = 1,
    Language = 2,
    PacketSize = 4,
    Collation = 7,
    BeginTransaction = 8,
    CommitTransaction = 9,
    RollbackTransaction = 10,
    ResetAcknowledged = 18,
}
