using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LocalPostgres.Finding;

namespace LocalPostgres.Running;

/// <summary>
/// A database cluster in a temporary folder, served by installed binaries on a free port of the loopback address.
/// </summary>
sealed class PrivateCluster : IPrivateServer
{
    /// <summary>Another program may take the free port before PostgreSQL does.</summary>
    const int PortAttempts = 5;

    /// <summary>The shortest limit of the supported systems: macOS' sun_path holds 103 characters.</summary>
    const int LongestSocketPath = 103;

    readonly ServerLease _lease;
    readonly PostgresBinaries _binaries;
    readonly PostgresOptions _options;
    readonly string _password = RandomNumberGenerator.GetHexString(32, lowercase: true);
    readonly Watchdog? _watchdog;
    int _port;

    PrivateCluster(ServerLease lease, PostgresBinaries binaries, PostgresOptions options)
    {
        _lease = lease;
        _binaries = binaries;
        _options = options;
        _watchdog = Watchdog.Start(lease, StopCommand(lease, binaries));
    }

    public string AdminConnectionString => ConnectionStrings.Loopback(_port, _password);

    string DataFolder => DataFolderOf(_lease);
    string LogFile => Path.Combine(_lease.Folder, "log");

    /// <summary>Creates the cluster and starts it. On failure nothing is left behind.</summary>
    public static async Task<PrivateCluster> StartAsync(
        ServerLease lease, PostgresBinaries binaries, PostgresOptions options, CancellationToken ct)
    {
        var cluster = new PrivateCluster(lease, binaries, options);
        try
        {
            await cluster.InitializeAsync(ct);
            await cluster.ServeAsync(ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The command that stops the server of a lease. Nothing is kept, so it need not write its data back.
    /// </summary>
    public static IReadOnlyList<string> StopCommand(ServerLease lease, PostgresBinaries binaries) =>
        binaries.User.As([binaries.PgCtl, "stop", "-s", "-w", "-m", "immediate", "-D", DataFolderOf(lease)]);

    public async ValueTask DisposeAsync()
    {
        if (_watchdog is not null)
            await _watchdog.DisposeAsync();
        await AbandonedServers.CleanUpAsync(_lease, _binaries, _options.Log, CancellationToken.None);
    }

    internal static string DataFolderOf(ServerLease lease) => Path.Combine(lease.Folder, "data");

    async Task InitializeAsync(CancellationToken ct)
    {
        var passwordFile = Path.Combine(_lease.Folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password, ct);
        await _binaries.User.TakeOverAsync(_lease.Folder, ct);
        List<string> initdb =
        [
            _binaries.Initdb, "-D", DataFolder, "-U", ConnectionStrings.Superuser, $"--pwfile={passwordFile}",
            "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions",
        ];
        if (!_options.Durable)
            initdb.Add("--no-sync");
        var result = await _binaries.User.RunAsync(initdb, _lease.Folder, ct);
        if (!result.Succeeded)
            throw new PostgresUnavailableException($"initdb of {_binaries.Folder} failed: {result.Said}");
        File.Delete(passwordFile);
        await File.AppendAllTextAsync(Path.Combine(DataFolder, "postgresql.conf"), Configuration(), ct);
    }

    string Configuration()
    {
        var settings = ServerSettings.For(_options);
        settings["listen_addresses"] = "127.0.0.1";
        var hasSocket = !OperatingSystem.IsWindows()
            && $"{_lease.Folder}/.s.PGSQL.65535".Length <= LongestSocketPath;
        settings["unix_socket_directories"] = hasSocket ? _lease.Folder : "";
        var text = new StringBuilder("\n");
        foreach (var (name, value) in settings)
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{ServerSettings.Quoted(value)}'\n");
        return text.ToString();
    }

    async Task ServeAsync(CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort();
            var result = await _binaries.User.RunAsync(
                [_binaries.PgCtl, "start", "-s", "-w", "-t", "300", "-D", DataFolder, "-l", LogFile, "-o", $"-p {_port}"],
                _lease.Folder, ct);
            if (result.Succeeded)
                return;
            var log = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile, ct) : "";
            if (attempt == PortAttempts || !log.Contains("Address already in use", StringComparison.Ordinal))
                throw new PostgresUnavailableException(
                    $"PostgreSQL of {_binaries.Folder} did not start: {result.Said}\n{log}".TrimEnd());
            File.Delete(LogFile);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
