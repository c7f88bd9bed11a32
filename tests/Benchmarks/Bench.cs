using System.Diagnostics;
using LocalPostgres;
using Migrate.Demo;
using Npgsql;

namespace Benchmarks;

/// <summary>One PostgreSQL for all measurements, with psql beside it as the yardstick.</summary>
sealed class Bench : IAsyncDisposable
{
    readonly PostgresServer _server;
    readonly string _folder = Directory.CreateTempSubdirectory("bench-").FullName;

    Bench(PostgresServer server) => _server = server;

    public static async Task<Bench> StartAsync(CancellationToken cancellationToken) =>
        new(await PostgresServer.StartAsync(null, cancellationToken));

    public Task<SampleTarget> CreateTargetAsync(string name, CancellationToken cancellationToken) =>
        SampleTarget.CreateAsync(_server, name, cancellationToken);

    /// <summary>Writes a table's rows, in the order of their keys, to a file that COPY reads back.</summary>
    public async Task<string> ExportAsync(string connectionString, string table, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, table + ".copy");
        await PsqlAsync(connectionString,
            $"\\copy (SELECT * FROM {table} ORDER BY tenant_id, legacy_id) TO '{file}' (FORMAT BINARY)", cancellationToken);
        return file;
    }

    /// <summary>Seconds that psql takes to copy files into their tables.</summary>
    public static async Task<double> ImportAsync(
        string connectionString, IEnumerable<(string Table, string File)> files, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (table, file) in files)
            await PsqlAsync(connectionString, $"\\copy {table} FROM '{file}' (FORMAT BINARY)", cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    static async Task PsqlAsync(string connectionString, string command, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("psql",
        [
            "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", target.Host!, "-p", $"{target.Port}", "-U", target.Username!,
            "-d", target.Database!, "-c", command,
        ]);
        start.Environment["PGPASSWORD"] = target.Password;
        using var psql = Process.Start(start)!;
        await psql.WaitForExitAsync(cancellationToken);
        if (psql.ExitCode != 0)
            throw new InvalidOperationException($"psql ended with {psql.ExitCode}.");
    }
}
