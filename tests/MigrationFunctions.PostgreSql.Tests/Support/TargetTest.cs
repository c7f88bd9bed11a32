namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A test with a database of its own.</summary>
public abstract class TargetTest(TargetServer server) : IAsyncLifetime
{
    TargetDatabase? _target;

    protected TargetServer Server => server;

    private protected TargetDatabase Target => _target!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _target = await server.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_target is not null)
            await _target.DisposeAsync();
    }
}
