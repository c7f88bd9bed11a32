using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LocalSqlServer.Sessions;
using LocalSqlServer.Storage;

namespace LocalSqlServer;

/// <summary>
/// A stand-in for SQL Server in tests and demos: it speaks TDS 7.4 (MS-TDS) on a loopback port, so that the real
/// Microsoft.Data.SqlClient reads one database from it. A test double, never a database: what it does not know of T-SQL
/// is error 40000, which quotes the statement. Disposing it ends all connections.
/// </summary>
public sealed class SqlServerStandIn : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly ServerState _state;
    readonly CancellationTokenSource _stopping = new();
    readonly ConcurrentDictionary<Task, Socket> _connections = new();
    readonly Task _accepting;

    SqlServerStandIn(TcpListener listener, ServerState state)
    {
        (_listener, _state) = (listener, state);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Server, database, user, password and encryption for SqlConnection.</summary>
    public string ConnectionString =>
        $"Data Source=127.0.0.1,{Port};Initial Catalog={_state.Options.Database.Name};User ID={_state.Options.User};"
        + $"Password={_state.Password};Encrypt={(_state.Options.Encrypt && _state.Options.OfferEncryption ? "True" : "False")};"
        + "TrustServerCertificate=True";

    /// <summary>Changes the password, as ALTER LOGIN does: sessions that are open stay.</summary>
    public void ChangePassword(string password) => _state.Password = password;

    public FaultPlan Faults => _state.Faults;

    public LegacyDatabase Database => _state.Options.Database;

    /// <summary>Clients that are connected now.</summary>
    public int OpenConnections => _connections.Count;

    /// <summary>Starts to listen; a client may connect as soon as the task is done.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Task<SqlServerStandIn> StartAsync(StandInOptions options, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        var listener = new TcpListener(IPAddress.Loopback, options.Port);
        listener.Start();
        var password = options.Password ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        return Task.FromResult(new SqlServerStandIn(listener, new ServerState(options, password)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _state.Faults.Clear();
        foreach (var socket in _connections.Values)
            socket.Dispose();
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue;
            }
            var connection = new Connection(_state, socket);
            var running = Task.Run(() => connection.RunAsync(_stopping.Token));
            _connections[running] = socket;
            _ = running.ContinueWith(
                (task, all) => ((ConcurrentDictionary<Task, Socket>)all!).TryRemove(task, out _), _connections,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
