using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using LocalPostgres.Finding;
using Npgsql;

namespace LocalPostgres.Running;

/// <summary>
/// A server in a container of the official image, on a port of the loopback address that Docker chooses.
/// </summary>
sealed class DockerContainer : IPrivateServer
{
    const string Image = "postgres:17";

    static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(200);

    readonly ServerLease _lease;
    readonly PostgresOptions _options;
    readonly Watchdog? _watchdog;
    readonly string _password = RandomNumberGenerator.GetHexString(32, lowercase: true);
    int _port;

    DockerContainer(ServerLease lease, PostgresOptions options)
    {
        _lease = lease;
        _options = options;
        _watchdog = Watchdog.Start(lease, StopCommand(lease));
    }

    public string AdminConnectionString => ConnectionStrings.Loopback(_port, _password);

    /// <summary>Removes the container of a lease; one that is not there counts as removed.</summary>
    public static IReadOnlyList<string> StopCommand(ServerLease lease) =>
        [Executables.Find("docker") ?? "docker", "rm", "--force", "--volumes", lease.ContainerName];

    /// <summary>
    /// Runs a container, pulling the image if it is not there. Null with the reason added if no engine answers.
    /// </summary>
    public static async Task<DockerContainer?> StartAsync(
        string registry, PostgresOptions options, ICollection<string> reasons, CancellationToken ct)
    {
        if (Executables.Find("docker") is not { } docker)
        {
            reasons.Add("Docker: not on the PATH");
            return null;
        }
        if (await AskEngineAsync(docker, ct) is { } silence)
        {
            reasons.Add($"Docker: no engine answers ({silence})");
            return null;
        }
        var container = new DockerContainer(ServerLease.Take(registry, LeaseKind.Container), options);
        try
        {
            if (await container.RunAsync(docker, ct) is not { } failure)
                return container;
            reasons.Add($"Docker: {failure}");
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
        await container.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_watchdog is not null)
            await _watchdog.DisposeAsync();
        await AbandonedServers.CleanUpAsync(_lease, null, _options.Log, CancellationToken.None);
    }

    static async Task<string?> AskEngineAsync(string docker, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(EngineTimeout);
        try
        {
            var answer = await Command.RunAsync(
                [docker, "version", "--format", "{{.Server.Version}}"], null, limited.Token);
            return answer.Succeeded ? null : answer.Said;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"silent for {EngineTimeout.TotalSeconds} s";
        }
    }

    /// <summary>Starts the container and waits until it serves; the reason if it does not.</summary>
    async Task<string?> RunAsync(string docker, CancellationToken ct)
    {
        _options.Log?.Invoke($"Starting PostgreSQL in Docker ({Image})");
        List<string> run =
        [
            docker, "run", "--detach", "--name", _lease.ContainerName, "--publish", "127.0.0.1::5432",
            "--shm-size", "256m", "--env", "POSTGRES_PASSWORD",
            "--env", "POSTGRES_INITDB_ARGS=--locale=C --encoding=UTF8", Image,
        ];
        foreach (var (name, value) in ServerSettings.For(_options))
            run.AddRange(["-c", $"{name}={value}"]);
        var started = await Command.RunAsync(
            run, null, ct, new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = _password });
        if (!started.Succeeded)
            return started.Said;
        var port = await Command.RunAsync([docker, "port", _lease.ContainerName, "5432/tcp"], null, ct);
        var colon = port.Output.LastIndexOf(':');
        var digits = port.Output.AsSpan(colon + 1);
        if (colon < 0 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _port))
            return $"no published port: {port.Said}";
        return await BecomesReadyAsync(ct) ? null : $"the server did not answer within {ReadyTimeout.TotalSeconds} s";
    }

    /// <summary>
    /// The image's set-up phase listens on no TCP port, so the first answer comes from the final server.
    /// </summary>
    async Task<bool> BecomesReadyAsync(CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < ReadyTimeout)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionStrings.Unpooled(AdminConnectionString));
                await connection.OpenAsync(ct);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(ReadyPause, ct);
            }
        }
        return false;
    }
}
