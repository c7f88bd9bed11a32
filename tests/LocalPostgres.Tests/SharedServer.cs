namespace LocalPostgres.Tests;

/// <summary>One private server for the tests that do not start or stop their own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    readonly TestFolder _folder = new();
    PostgresServer? _server;

    public PostgresServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await Needed.StartAsync(_folder.Options);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }
}
