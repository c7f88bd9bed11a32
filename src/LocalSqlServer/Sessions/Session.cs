using LocalSqlServer.Protocol;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>
/// The state of one connection between its requests: options, isolation level and transaction. No session ever waits for
/// another: each statement reads the versions of its tables at its start, a SNAPSHOT transaction those of its first read.
/// </summary>
sealed class Session(int spid, string user, LegacyDatabase database)
{
    static long _lastDescriptor = 0x0000_0035_0000_0000;

    readonly HashSet<string> _savepoints = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<int, string> _prepared = [];
    Dictionary<LegacyTable, TableVersion>? _snapshot;
    int _lastHandle;

    public int Spid { get; } = spid;

    public string User { get; } = user;

    public LegacyDatabase Database { get; } = database;

    public IsolationLevel Isolation { get; set; } = IsolationLevel.ReadCommitted;

    /// <summary>Descriptor of the open transaction, 0 without one.</summary>
    public ulong Transaction { get; private set; }

    public int TransactionCount { get; private set; }

    public bool NoCount { get; set; }

    /// <summary>Whether an error rolls the transaction back.</summary>
    public bool AbortOnError { get; set; }

    public long LastRowCount { get; set; }

    /// <summary>Begins a transaction, or goes one level deeper into the open one.</summary>
    public void Begin(TdsWriter writer)
    {
        if (TransactionCount++ > 0)
            return;
        Transaction = (ulong)Interlocked.Increment(ref _lastDescriptor);
        Tokens.Transaction(writer, EnvironmentChange.BeginTransaction, Transaction, 0);
    }

    public void Commit(TdsWriter writer)
    {
        if (TransactionCount == 0)
        {
            throw new SqlServerException(3902, 16, 1,
                "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
        }
        if (--TransactionCount == 0)
            End(writer, EnvironmentChange.CommitTransaction);
    }

    /// <summary>Rolls back everything, or to a savepoint if the name is that of one.</summary>
    public void Rollback(TdsWriter writer, string? name)
    {
        if (TransactionCount == 0)
        {
            throw new SqlServerException(3903, 16, 1,
                "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
        }
        if (!string.IsNullOrEmpty(name) && _savepoints.Contains(name))
            return;
        TransactionCount = 0;
        End(writer, EnvironmentChange.RollbackTransaction);
    }

    public void Save(string name)
    {
        if (TransactionCount == 0)
            throw new SqlServerException(628, 16, 0, "Cannot issue SAVE TRANSACTION when there is no active transaction.");
        _savepoints.Add(name);
    }

    /// <summary>
    /// What sp_reset_connection does when a pooled connection is used again. From TDS 7.3 on that takes the isolation level
    /// back to READ COMMITTED too (SET TRANSACTION ISOLATION LEVEL, remarks).
    /// </summary>
    public void Reset(TdsWriter writer, bool keepTransaction)
    {
        Tokens.ConnectionReset(writer);
        if (TransactionCount > 0 && !keepTransaction)
            Rollback(writer, null);
        (NoCount, AbortOnError, LastRowCount) = (false, false, 0);
        Isolation = IsolationLevel.ReadCommitted;
        _prepared.Clear();
    }

    public int Prepare(string statement)
    {
        _prepared[++_lastHandle] = statement;
        return _lastHandle;
    }

    public string Prepared(int handle) => _prepared.GetValueOrDefault(handle)
        ?? throw new SqlServerException(8179, 16, 1, $"Could not find prepared statement with handle {handle}.");

    public void Unprepare(int handle) => _prepared.Remove(handle);

    /// <summary>Gives a new statement its view of the tables.</summary>
    public Func<LegacyTable, TableVersion> BeginStatement()
    {
        if (Isolation == IsolationLevel.Snapshot && TransactionCount > 0)
        {
            if (!Database.SnapshotIsolation)
            {
                throw new SqlServerException(3952, 16, 1,
                    $"Snapshot isolation transaction failed accessing database '{Database.Name}' because snapshot isolation is "
                    + "not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.");
            }
            _snapshot ??= Database.Tables.ToDictionary(t => t, t => t.Version);
            return InSnapshot;
        }
        var versions = new Dictionary<LegacyTable, TableVersion>();
        return table => versions.TryGetValue(table, out var version) ? version : versions[table] = table.Version;
    }

    TableVersion InSnapshot(LegacyTable table)
    {
        if (!_snapshot!.TryGetValue(table, out var version))
            return table.Version;
        return ReferenceEquals(version.Definition, table.Definition)
            ? version
            : throw new SqlServerException(3961, 16, 1,
                $"Snapshot isolation transaction failed in database '{Database.Name}' because the object accessed by the statement "
                + "has been modified by a DDL statement in another concurrent transaction since the start of this transaction. It "
                + "is disallowed because the metadata is not versioned. A concurrent update to metadata can lead to inconsistency "
                + "if mixed with snapshot isolation.");
    }

    void End(TdsWriter writer, EnvironmentChange change)
    {
        Tokens.Transaction(writer, change, 0, Transaction);
        Transaction = 0;
        _snapshot = null;
        _savepoints.Clear();
    }
}
