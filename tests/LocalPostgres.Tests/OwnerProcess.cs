using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace LocalPostgres.Tests;

/// <summary>
/// Another process that owns a private server and never disposes of it: this program with an argument.
/// </summary>
sealed class OwnerProcess : IDisposable
{
    public const string Argument = "own-a-server";

    readonly Process _process;

    OwnerProcess(Process process, string connectionString, int postmaster)
    {
        _process = process;
        ConnectionString = connectionString;
        Postmaster = postmaster;
    }

    public string ConnectionString { get; }
    public int Postmaster { get; }

    /// <summary>
    /// The life of the other process: says what it owns, waits for a line or the end of its input, and returns. It
    /// forgets the server object at once: the server is to stay until the process ends, not until a garbage collection.
    /// </summary>
    public static async Task<int> OwnAsync(string tempFolder)
    {
        var connectionString = await StartAndForgetAsync(tempFolder);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine(connectionString);
        Console.WriteLine(await PostmasterOfAsync(connectionString));
        await Console.In.ReadLineAsync();
        return 0;
    }

    static async Task<string> StartAndForgetAsync(string tempFolder)
    {
        var options = new PostgresOptions { ExternalConnectionString = null, TempFolder = tempFolder };
        return (await PostgresServer.StartAsync(options)).AdminConnectionString;
    }

    public static async Task<OwnerProcess> StartAsync(string tempFolder)
    {
        var program = Path.ChangeExtension(
            typeof(OwnerProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var process = Process.Start(new ProcessStartInfo(program, [Argument, tempFolder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var connectionString = await process.StandardOutput.ReadLineAsync();
        var postmaster = await process.StandardOutput.ReadLineAsync();
        Assert.NotNull(postmaster);
        return new(process, connectionString!, int.Parse(postmaster, CultureInfo.InvariantCulture));
    }

    /// <summary>The process id of the server's main process.</summary>
    public static async Task<int> PostmasterOfAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits for the end of a server that was told to stop: it removes its files shortly before.</summary>
    public static async Task EndsAsync(int postmaster)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            using var process = Process.GetProcessById(postmaster);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    /// <summary>SIGKILL, to the process alone or to all that descend from it.</summary>
    public async Task KillAsync(bool entireTree)
    {
        _process.Kill(entireTree);
        await _process.WaitForExitAsync();
    }

    /// <summary>Lets the process return from its main method.</summary>
    public async Task LetEndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
