using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Benchmarks.Measuring;
using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;

namespace Benchmarks.Servers;

/// <summary>The stand-in for SQL Server in a process of its own, so that its CPU time can be told from the migration's.
/// It ends with the process that started it: its standard input is closed then.</summary>
sealed class LegacyServer : IDisposable
{
    const string CommandName = "stand-in";
    readonly Process _process;

    LegacyServer(Process process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    public string ConnectionString { get; }

    public int ProcessId => _process.Id;

    public static async Task<LegacyServer> StartAsync(SchoolOptions options, CancellationToken cancellationToken)
    {
        var exe = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(exe) == "dotnet";
        string[] arguments = [CommandName, JsonSerializer.Serialize(options)];
        var start = new ProcessStartInfo(exe, isHost ? [Assembly.GetEntryAssembly()!.Location, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        try
        {
            var line = await Patience.WaitAsync(
                async token => await process.StandardOutput.ReadLineAsync(token), TimeSpan.FromSeconds(30),
                "the stand-in to listen", null, cancellationToken);
            return new LegacyServer(
                process, line ?? throw new InvalidOperationException("The stand-in ended before it listened."));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>The command that the other process runs.</summary>
    public static Command CreateCommand()
    {
        var rows = new Argument<string>("rows") { Description = "What to generate, as JSON." };
        var command = new Command(CommandName, "Serves generated legacy rows until its input is closed.") { rows };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = JsonSerializer.Deserialize<SchoolOptions>(parsed.GetValue(rows)!)!;
            await using var server = await SqlServerStandIn.StartAsync(
                new StandInOptions { Database = SchoolDatabase.Create(options) }, cancellationToken);
            await Console.Out.WriteLineAsync(server.ConnectionString);
            await Console.In.ReadToEndAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
