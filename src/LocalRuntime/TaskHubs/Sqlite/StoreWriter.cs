using System.Threading.Channels;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// The only writer of the history database: a thread that commits together whatever waits, so that many small
/// transactions share one flush to disk. Each write is atomic; its task ends after the commit. A write that may be repeated does not
/// wait for the disk: it gets there with the next one that does, before it.
/// </summary>
sealed class StoreWriter : IDisposable
{
    const int MaxTogether = 256;

    readonly StoreConnection _connection;
    readonly Channel<IPendingWrite> _writes =
        Channel.CreateUnbounded<IPendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    readonly Thread _thread;
    volatile bool _abandoned;

    public StoreWriter(StoreConnection connection)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true, Name = "task hub writer" };
        _thread.Start();
    }

    /// <summary>Commits so far.</summary>
    public long Commits { get; private set; }

    /// <exception cref="ObjectDisposedException">The task hub is closed: nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<StoreConnection, T> write, bool isFlushed)
    {
        var pending = new PendingWrite<T>(write, isFlushed);
        return _writes.Writer.TryWrite(pending)
            ? pending.Done
            : Task.FromException<T>(Closed());
    }

    /// <summary>Stops as a crash would: what is not committed is lost.</summary>
    public void Abandon()
    {
        _abandoned = true;
        Dispose();
    }

    public void Dispose()
    {
        _writes.Writer.TryComplete();
        _thread.Join();
    }

    static ObjectDisposedException Closed() => new("task hub", "The task hub is closed.");

    void Run()
    {
        var together = new List<IPendingWrite>();
        while (_writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            together.Clear();
            while (together.Count < MaxTogether && _writes.Reader.TryRead(out var write))
            {
                together.Add(write);
            }

            if (_abandoned)
            {
                together.ForEach(write => write.Fail(Closed()));
            }
            else if (TryCommit(together) is { } failure)
            {
                CommitOneByOne(together, failure);
            }
        }
    }

    void CommitOneByOne(List<IPendingWrite> writes, Exception failure)
    {
        foreach (var write in writes)
        {
            if ((writes.Count == 1 ? failure : TryCommit([write])) is { } own)
            {
                write.Fail(own);
            }
        }
    }

    Exception? TryCommit(List<IPendingWrite> writes)
    {
        try
        {
            _connection.FlushCommits(writes.Exists(write => write.IsFlushed));
            _connection.Execute("BEGIN IMMEDIATE");
            writes.ForEach(write => write.Apply(_connection));
            _connection.Execute("COMMIT");
            Commits++;
            writes.ForEach(write => write.Succeed());
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it goes to the one who asked for the write.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            RollBack();
            return failure;
        }
    }

    void RollBack()
    {
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // SQLite has rolled back by itself.
        }
    }

    interface IPendingWrite
    {
        bool IsFlushed { get; }

        void Apply(StoreConnection connection);

        void Succeed();

        void Fail(Exception failure);
    }

    sealed class PendingWrite<T>(Func<StoreConnection, T> write, bool isFlushed) : IPendingWrite
    {
        readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        T? _result;

        public Task<T> Done => _done.Task;

        public bool IsFlushed => isFlushed;

        public void Apply(StoreConnection connection) => _result = write(connection);

        public void Succeed() => _done.SetResult(_result!);

        public void Fail(Exception failure) => _done.SetException(failure);
    }
}
