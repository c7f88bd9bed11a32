using LegacyServers;
using LocalSqlServer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Migrate.Hosting;

namespace Scenarios.Tests.Harness;

/// <summary>A legacy server, a target database and a task hub, and services on them one after the other.</summary>
public sealed class Scenario : IAsyncDisposable
{
    readonly DirectoryInfo _hub = Directory.CreateTempSubdirectory("scenario-");
    readonly List<IAsyncDisposable> _services = [];
    readonly List<IDisposable> _clients = [];

    readonly bool _hasFaults;
    OwnSchema? _schema;

    Scenario(ILegacySource source, bool hasFaults, TargetDatabase target)
    {
        (Source, _hasFaults, Target) = (source, hasFaults, target);
        Settings = new()
        {
            ["Migration:SourceConnection"] = source.ConnectionString,
            ["Migration:TargetConnection"] = target.Writer,
            ["Migration:DirectConnection"] = target.Direct,
            ["Migration:FunctionKey"] = Api.Key,
            // Tests ask every 50 ms.
            ["Migration:RequestsPerMinute"] = "100000",
            ["Migration:WritesPerMinute"] = "100000",
        };
    }

    public ILegacySource Source { get; }

    public TargetDatabase Target { get; }

    public Dictionary<string, string?> Settings { get; }

    public string HubFolder => _hub.FullName;

    /// <summary>On the server that <see cref="SourceChoice.Variable"/> selects.</summary>
    public static async Task<Scenario> CreateAsync(TargetServer server, LegacyDatabase legacy, string purpose = "target") =>
        await CreateAsync(await server.CreateAsync(purpose), legacy);

    /// <summary>The same on a target that the scenario then owns.</summary>
    public static async Task<Scenario> CreateAsync(TargetDatabase target, LegacyDatabase legacy) =>
        new(await (await SelectedServer.GetAsync()).ServeAsync(legacy), hasFaults: false, target);

    /// <summary>With a manifest and target tables of the test's own, which the scenario then owns.</summary>
    public static async Task<Scenario> CreateAsync(TargetServer server, OwnSchema schema, LegacyDatabase legacy) =>
        await (await CreateAsync(server, legacy, "own")).UseAsync(schema);

    /// <summary>The same on the stand-in, whatever is selected.</summary>
    public static async Task<Scenario> CreateWithFaultsAsync(TargetServer server, OwnSchema schema, LegacyDatabase legacy) =>
        await (await CreateWithFaultsAsync(server, legacy, "own")).UseAsync(schema);

    /// <summary>On the stand-in, whatever is selected: for tests that make the source fail or stand still, or log in with
    /// a token.</summary>
    public static async Task<Scenario> CreateWithFaultsAsync(
        TargetServer server, LegacyDatabase legacy, string purpose = "target", Func<string, bool>? acceptToken = null)
    {
        var target = await server.CreateAsync(purpose);
        return new Scenario(
            await new StandInServer(withFaults: true, acceptToken).ServeAsync(legacy), hasFaults: true, target);
    }

    /// <summary>Hosts the functions in this process.</summary>
    /// <param name="clock">What timers go by; the machine's own when absent.</param>
    /// <param name="environment">Development, as everything local is, when absent.</param>
    /// <param name="setUp">What a test adds to the host, or puts in the place of the product's own services.</param>
    public async Task<Api> HostAsync(
        TimeProvider? clock = null, string? environment = null, Action<IHostApplicationBuilder>? setUp = null)
    {
        var host = LocalHost.Build("http://127.0.0.1:0", HubFolder, Settings, LogLevel.Error, clock, environment, setUp);
        _services.Add(host);
        await host.StartAsync();
        return Client(new Uri(LocalHost.AddressOf(host)));
    }

    /// <summary>A service of the host in this process.</summary>
    public T Service<T>() where T : notnull =>
        _services.OfType<WebApplication>().Last().Services.GetRequiredService<T>();

    /// <summary>Hosts the functions in a process of their own.</summary>
    /// <param name="killAt">Fault point at which it ends itself by SIGKILL, as <c>name</c> or <c>name:n</c>.</param>
    public ServiceProcess Serve(string? killAt = null)
    {
        var service = ServiceProcess.Run(
            ["serve", "--url", "http://127.0.0.1:0", "--hub", HubFolder],
            [.. Settings.Select(s => KeyValuePair.Create(s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value)),
                KeyValuePair.Create("MIGRATION_KILL_AT", killAt)]);
        _services.Add(service);
        return service;
    }

    public Api Client(Uri address, string? key = Api.Key)
    {
        var client = new Api(address, key);
        _clients.Add(client);
        return client;
    }

    /// <summary>Takes the history away, as if the task hub were lost.</summary>
    public void LoseHistory()
    {
        _hub.Delete(recursive: true);
        _hub.Create();
    }

    async Task<Scenario> UseAsync(OwnSchema schema)
    {
        _schema = schema;
        Settings["Migration:ManifestFolder"] = schema.ManifestFolder;
        await schema.CreateTablesAsync(Target);
        return this;
    }

    /// <summary>Ends all services; the next one goes on where they were.</summary>
    public async Task StopAsync()
    {
        foreach (var service in _services)
        {
            if (service is WebApplication host)
                await host.StopAsync();
            await service.DisposeAsync();
        }
        _services.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_hasFaults)
            Source.Faults.Clear();
        _clients.ForEach(c => c.Dispose());
        await StopAsync();
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        _schema?.Dispose();
        _hub.Delete(recursive: true);
    }
}
