using LocalPostgres;
using Migrate.Demo;
using Npgsql;

namespace Benchmarks.Servers;

/// <summary>One PostgreSQL for all measurements of a benchmark, and a folder for files beside it.</summary>
sealed class TargetServer : IAsyncDisposable
{
    readonly PostgresServer _server;

    TargetServer(PostgresServer server) => _server = server;

    public Version Version => _server.Version;

    public string Admin => _server.AdminConnectionString;

    public string Folder { get; } = Directory.CreateTempSubdirectory("bench-").FullName;

    public static async Task<TargetServer> StartAsync(CancellationToken cancellationToken) =>
        new(await PostgresServer.StartAsync(null, cancellationToken));

    /// <summary>The sample's target, empty; a database of that name is dropped first.</summary>
    public Task<SampleTarget> CreateTargetAsync(string name, CancellationToken cancellationToken) =>
        SampleTarget.CreateAsync(_server, name, cancellationToken);

    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = (int)Psql.Limit.TotalSeconds;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Rows of a query as lines of text, for evidence.</summary>
    public static async Task<string> DescribeAsync(
        string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
            lines.Add(string.Join(" | ", Enumerable.Range(0, rows.FieldCount).Select(i => $"{rows.GetValue(i)}")));
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
