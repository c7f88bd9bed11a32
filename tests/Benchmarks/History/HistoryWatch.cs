using Benchmarks.Servers;
using Microsoft.Data.Sqlite;

namespace Benchmarks.History;

/// <summary>Looks again and again how long the longest history is. Histories that grow and begin anew between two looks are
/// seen a little shorter than they were: at a few events a millisecond and a look every few, by a handful.</summary>
sealed class HistoryWatch : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    readonly ManualResetEventSlim _stop = new();
    readonly SqliteConnection _connection;
    readonly SqliteCommand _longest;
    readonly Thread _looking;
    long _most;

    public HistoryWatch(string hubFolder)
    {
        _connection = TaskHub.Open(hubFolder);
        _longest = _connection.CreateCommand();
        _longest.CommandText = "SELECT coalesce(max(events), 0) FROM instance";
        _looking = new Thread(Look) { IsBackground = true };
        _looking.Start();
    }

    /// <summary>Events of the longest history so far.</summary>
    public long Most => Interlocked.Read(ref _most);

    public void Dispose()
    {
        _stop.Set();
        _looking.Join();
        _longest.Dispose();
        _connection.Dispose();
        _stop.Dispose();
    }

    void Look()
    {
        do
            Interlocked.Exchange(ref _most, Math.Max(Most, (long)_longest.ExecuteScalar()!));
        while (!_stop.Wait(Pause));
    }
}
