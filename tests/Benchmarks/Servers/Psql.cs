using System.Diagnostics;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Servers;

/// <summary>The yardstick: what PostgreSQL's own client does with the same rows.</summary>
static class Psql
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Writes a table's rows, in the order of their keys, to a file that COPY reads back.</summary>
    /// <returns>The file.</returns>
    public static async Task<string> ExportAsync(
        string connectionString, string table, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, table + ".copy");
        await RunAsync(connectionString,
            $"\\copy (SELECT * FROM {table} ORDER BY tenant_id, legacy_id) TO '{file}' (FORMAT BINARY)", cancellationToken);
        return file;
    }

    /// <summary>Seconds that one stream takes to copy files into their tables.</summary>
    public static async Task<double> ImportAsync(
        string connectionString, IEnumerable<(string Table, string File)> files, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (table, file) in files)
            await RunAsync(connectionString, $"\\copy {table} FROM '{file}' (FORMAT BINARY)", cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    static async Task RunAsync(string connectionString, string command, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("psql",
        [
            "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", target.Host!, "-p", $"{target.Port}", "-U", target.Username!,
            "-d", target.Database!, "-c", command,
        ]);
        start.Environment["PGPASSWORD"] = target.Password;
        using var psql = Process.Start(start)!;
        try
        {
            await Patience.WaitAsync(psql.WaitForExitAsync, Limit, $"psql to run {command}", cancellationToken);
        }
        finally
        {
            if (!psql.HasExited)
                psql.Kill();
        }
        if (psql.ExitCode != 0)
            throw new InvalidOperationException($"psql ended with {psql.ExitCode} on {command}");
    }
}
