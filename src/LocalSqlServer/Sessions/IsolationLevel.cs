namespace LocalSqlServer.Sessions;

/// <summary>Isolation levels with their numbers in a transaction manager request, MS-TDS 2.2.7.17.</summary>
enum IsolationLevel : byte
{
    ReadUncommitted = 1,
    ReadCommitted = 2,
    RepeatableRead = 3,
    Serializable = 4,
    Snapshot = 5,
}
