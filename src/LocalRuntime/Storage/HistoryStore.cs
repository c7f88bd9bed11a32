using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Storage;

/// <summary>
/// The task hub on disk: instances, their history, the messages that wait for them and the activities not yet answered,
/// in one SQLite database of one folder that one process owns.
/// </summary>
sealed class HistoryStore : IDisposable
{
    const string LiveStatuses = "(0, 6, 7)";

    readonly FileStream _lock;
    readonly string _path;
    readonly StoreConnection _writeConnection;
    readonly StoreWriter _writer;
    readonly ConcurrentBag<StoreConnection> _readers = [];
    volatile bool _closed;

    /// <exception cref="InvalidOperationException">
    /// Another process has the folder, or its history has another layout.
    /// </exception>
    public HistoryStore(string folder)
    {
        Directory.CreateDirectory(folder);
        _lock = TakeLock(Path.Combine(folder, "lock"), folder);
        try
        {
            _path = Path.Combine(folder, "history.db");
            _writeConnection = new StoreConnection(_path);
            Schema.Ensure(_writeConnection);
            _writer = new StoreWriter(_writeConnection);
        }
        catch
        {
            _writeConnection?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    public long Commits => _writer.Commits;

    /// <summary>Creates an instance and its start message, replacing an ended one of the same id.</summary>
    /// <returns>Null when created, else the state of the existing instance that stands in the way.</returns>
    public Task<OrchestrationRuntimeStatus?> CreateAsync(
        InstanceRecord instance, DateTime startAt, IReadOnlyCollection<OrchestrationRuntimeStatus> excluded) =>
        _writer.WriteAsync<OrchestrationRuntimeStatus?>(connection =>
        {
            if (StoreStatements.Status(connection, instance.Id) is { } status)
            {
                if (excluded.Contains(status))
                {
                    return status;
                }

                StoreStatements.Delete(connection, instance.Id);
            }

            StoreStatements.Insert(connection, instance, startAt);
            return null;
        });

    /// <summary>Puts a message into an instance's inbox; false when the instance does not exist or has ended.</summary>
    public Task<bool> SendAsync(Message message) =>
        _writer.WriteAsync(connection => StoreStatements.Send(connection, message));

    /// <summary>Answers an activity; false when nobody waits for the answer any more.</summary>
    public Task<bool> CompleteActivityAsync(ActivityCall call, Message answer) =>
        _writer.WriteAsync(connection =>
        {
            var open = connection.Execute("DELETE FROM activity WHERE sequence = $1", call.Sequence) == 1;
            return open && StoreStatements.Send(connection, answer);
        });

    public Task<CommitEffects> CommitTurnAsync(TurnCommit turn) =>
        _writer.WriteAsync(connection => StoreStatements.CommitTurn(connection, turn));

    public Task<bool> DeleteMessagesAsync(IReadOnlyList<long> sequences) =>
        _writer.WriteAsync(connection =>
        {
            StoreStatements.DeleteMessages(connection, sequences);
            return true;
        });

    /// <summary>Deletes ended instances; the answer is the number deleted.</summary>
    public Task<int> PurgeAsync(IReadOnlyList<string> ids, bool recursive) =>
        _writer.WriteAsync(connection => ids.Sum(id => StoreStatements.Purge(connection, id, recursive)));

    public Task<bool> SaveScheduleAsync(string name, DateTime last, DateTime next, DateTime updated) =>
        _writer.WriteAsync(connection => connection.Execute(
            """
            INSERT INTO schedule (name, last, next, updated) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET last = excluded.last, next = excluded.next, updated = excluded.updated
            """,
            name, last, next, updated) == 1);

    public (DateTime Last, DateTime Next, DateTime Updated)? FindSchedule(string name) => Read(connection => connection
        .Query<(DateTime, DateTime, DateTime)?>(
            "SELECT last, next, updated FROM schedule WHERE name = $1",
            row => (StoreStatements.Time(row, 0), StoreStatements.Time(row, 1), StoreStatements.Time(row, 2)),
            name)
        .SingleOrDefault());

    public InstanceRecord? Find(string id) => Read(connection => StoreStatements.Find(connection, id));

    public List<InstanceRecord> Query(InstanceFilter filter) => Read(filter.Run);

    /// <summary>Messages that are due, the start first, then in the order of their arrival.</summary>
    public List<Message> DueMessages(string id, DateTime now) => Read(connection => connection.Query(
        """
        SELECT sequence, instance_id, kind, task_id, name, data, execution, due FROM message
        WHERE instance_id = $1 AND due <= $2 ORDER BY kind <> 1, sequence
        """,
        StoreStatements.ReadMessage,
        id, now));

    public List<HistoryRow> History(string id) => Read(connection => connection.Query(
        "SELECT turn, at, kind, task_id, name, data FROM history WHERE instance_id = $1 ORDER BY position",
        row => new HistoryRow(
            row.GetInt32(0),
            StoreStatements.Time(row, 1),
            (EventKind)row.GetInt32(2),
            row.GetInt32(3),
            StoreStatements.Text(row, 4),
            StoreStatements.Text(row, 5)),
        id));

    /// <summary>
    /// What was not finished when the task hub was last closed: activities to run, instances to wake at a time.
    /// </summary>
    public CommitEffects Unfinished() => Read(connection => new CommitEffects(
        connection.Query(
            """
            SELECT a.instance_id, a.execution, a.task_id, a.name, a.version, a.input, a.sequence, i.trace_parent,
              i.trace_state
            FROM activity AS a LEFT JOIN instance AS i ON i.id = a.instance_id ORDER BY a.sequence
            """,
            row => new ActivityCall(
                row.GetString(0),
                row.GetString(1),
                row.GetInt32(2),
                row.GetString(3),
                row.GetString(4),
                StoreStatements.Text(row, 5))
            {
                Sequence = row.GetInt64(6),
                Trace = TraceLink.Of(StoreStatements.Text(row, 7), StoreStatements.Text(row, 8)),
            }),
        connection.Query(
            "SELECT DISTINCT instance_id, due FROM message ORDER BY due",
            row => (row.GetString(0), StoreStatements.Time(row, 1)))));

    public int LiveInstances() => Read(connection =>
        (int)(long)connection.Scalar("SELECT count(*) FROM instance WHERE status IN " + LiveStatuses)!);

    /// <summary>Closes as a crash would: what is not committed is lost.</summary>
    public void Abandon()
    {
        _writer.Abandon();
        Close();
    }

    public void Dispose()
    {
        _writer.Dispose();
        Close();
    }

    static FileStream TakeLock(string path, string folder)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new InvalidOperationException(
                $"The task hub folder '{folder}' is in use by another process. Stop that process, or choose another "
                + "folder: a local task hub has one owner.",
                failure);
        }
    }

    void Close()
    {
        _closed = true;
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _writeConnection.Dispose();
        _lock.Dispose();
    }

    T Read<T>(Func<StoreConnection, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var connection = _readers.TryTake(out var idle) ? idle : new StoreConnection(_path);
        try
        {
            return read(connection);
        }
        finally
        {
            if (_closed)
            {
                connection.Dispose();
            }
            else
            {
                _readers.Add(connection);
            }
        }
    }
}
