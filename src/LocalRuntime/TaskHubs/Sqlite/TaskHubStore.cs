using System.Collections.Concurrent;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// The database of a task hub: one writer that commits together what waits, any number of readers, in a folder that one process
/// owns.
/// </summary>
sealed class TaskHubStore : IDisposable
{
    readonly FileStream _lock;
    readonly string _path;
    readonly StoreConnection _writeConnection;
    readonly StoreWriter _writer;
    readonly ConcurrentBag<StoreConnection> _readers = [];
    volatile bool _closed;

    /// <exception cref="InvalidOperationException">
    /// Another process has the folder, or its history has another layout.
    /// </exception>
    public TaskHubStore(string folder)
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

    /// <summary>One transaction; it is on disk when the task ends.</summary>
    /// <exception cref="ObjectDisposedException">The task hub is closed: nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<StoreConnection, T> write) => _writer.WriteAsync(write, isFlushed: true);

    /// <summary>
    /// One transaction that will be asked for again if it is lost. It survives the process when the task ends; a power cut may take it
    /// away, never without all that came after it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The task hub is closed: nothing was written.</exception>
    public Task<T> WriteRepeatableAsync<T>(Func<StoreConnection, T> write) => _writer.WriteAsync(write, isFlushed: false);

    /// <exception cref="ObjectDisposedException">The task hub is closed.</exception>
    public T Read<T>(Func<StoreConnection, T> read)
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
}
