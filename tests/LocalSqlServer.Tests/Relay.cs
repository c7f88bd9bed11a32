using System.Net;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>
/// Stands between one client and the server: hands the server's bytes on in pieces of any size, and can vanish.
/// </summary>
sealed class Relay : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly TcpClient _server = new() { NoDelay = true };
    readonly int _largestPiece;
    TcpClient? _client;

    public Relay(int port, int largestPiece = int.MaxValue)
    {
        _largestPiece = largestPiece;
        _listener.Start();
        _ = RunAsync(port);
    }

    public string Redirect(string connectionString) => new SqlConnectionStringBuilder(connectionString)
    {
        DataSource = $"127.0.0.1,{((IPEndPoint)_listener.LocalEndpoint).Port}",
        Pooling = false,
        ConnectRetryCount = 0,
    }.ConnectionString;

    public void Dispose()
    {
        _client?.Dispose();
        _server.Dispose();
        _listener.Dispose();
    }

    async Task RunAsync(int port)
    {
        _client = await _listener.AcceptTcpClientAsync();
        _client.NoDelay = true;
        await _server.ConnectAsync(IPAddress.Loopback, port);
        await Task.WhenAny(
            PumpAsync(_client.GetStream(), _server.GetStream(), int.MaxValue),
            PumpAsync(_server.GetStream(), _client.GetStream(), _largestPiece));
        Dispose();
    }

    static async Task PumpAsync(NetworkStream from, NetworkStream to, int largestPiece)
    {
        var random = new Random(17);
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer) is var read && read > 0)
            {
                for (var at = 0; at < read;)
                {
                    var size = largestPiece == int.MaxValue ? read : Math.Min(read - at, random.Next(1, largestPiece));
                    await to.WriteAsync(buffer.AsMemory(at, size));
                    at += size;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
    }
}
