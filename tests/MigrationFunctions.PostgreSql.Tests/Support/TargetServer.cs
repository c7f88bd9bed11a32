using LocalPostgres;
using Migrate.Demo;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

[assembly: AssemblyFixture(typeof(TargetServer))]

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>One real PostgreSQL for all tests, with a template of the sample's target: a fresh database is a copy of
/// it. A missing server skips the tests on a developer's machine and fails them under CI.</summary>
public sealed class TargetServer : IAsyncLifetime
{
    readonly string _prefix = $"pgtests_{Guid.NewGuid().ToString("N")[..8]}";
    readonly SemaphoreSlim _oneCopy = new(1);
    PostgresServer? _server;
    SampleTarget? _template;
    string? _missing;
    int _databases;

    public Version Version => _server!.Version;

    static bool UnderCI => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await PostgresServer.StartAsync();
        }
        catch (PostgresUnavailableException e) when (!UnderCI)
        {
            _missing = e.Message;
            return;
        }
        _template = await SampleTarget.CreateAsync(_server, _prefix, CancellationToken.None);
        await using var writer = new PostgresConnections(
            "template", Unpooled(_template.Writer), Unpooled(_template.Direct));
        await new MigrationSchema(writer).EnsureAsync(CancellationToken.None);
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>A database of its own: the sample's tables, schema <c>migration</c>, no rows.</summary>
    public async Task<TargetDatabase> CreateAsync()
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        var name = $"{_prefix}_{Interlocked.Increment(ref _databases)}";
        await _oneCopy.WaitAsync();
        try
        {
            await _server!.CloneDatabaseAsync(name, _prefix);
            // A database's own grants are not copied with it.
            await _server.ExecuteAsync($"GRANT TEMPORARY ON DATABASE {name} TO migration_writer");
        }
        finally
        {
            _oneCopy.Release();
        }
        return new TargetDatabase(
            this, name, In(name, _template!.Admin), In(name, _template.Writer), In(name, _template.Direct));
    }

    /// <summary>An empty database and the superuser's connection string to it.</summary>
    public async Task<string> CreateEmptyAsync()
    {
        Assert.SkipWhen(_missing is not null, _missing ?? "");
        return await _server!.CreateDatabaseAsync($"{_prefix}_{Interlocked.Increment(ref _databases)}");
    }

    public Task DropAsync(string name) => _server!.DropDatabaseAsync(name);

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        for (var i = 1; _server.IsExternal && i <= _databases; i++)
            await _server.DropDatabaseAsync($"{_prefix}_{i}");
        await _server.DropDatabaseAsync(_prefix);
        await _server.DisposeAsync();
        _oneCopy.Dispose();
    }

    static string In(string database, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;

    static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
