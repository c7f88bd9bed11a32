using DurableTask.Core.History;
using LocalRuntime.Orchestrations;
using LocalRuntime.TaskHubs.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LocalRuntime.Tests;

/// <summary>A host of this assembly's functions on a task hub of its own, which can crash and come back.</summary>
sealed class TestHost : IAsyncDisposable
{
    /// <summary>Ends what hangs; no healthy machine is as slow.</summary>
    public static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(3);

    static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(50);

    readonly string _folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
    readonly Action<string>? _onSeam;
    readonly Dictionary<string, string?> _settings;
    readonly int? _maxLiveSessions;
    readonly string? _hostJson;
    readonly Action<IFunctionsWorkerApplicationBuilder>? _worker;
    readonly string? _connection;
    WebApplication? _app;

    TestHost(
        bool extendedSessions,
        Action<string>? onSeam,
        Dictionary<string, string?>? settings,
        int? maxLiveSessions,
        string? hostJson,
        Action<IFunctionsWorkerApplicationBuilder>? worker,
        string? connection)
    {
        _connection = connection;
        ExtendedSessions = extendedSessions;
        _onSeam = onSeam;
        _settings = settings ?? new() { ["NightlySchedule"] = "0 0 2 * * *" };
        _maxLiveSessions = maxLiveSessions;
        _worker = worker;
        if (hostJson is not null)
        {
            _hostJson = Path.Combine(_folder, "host.json");
            File.WriteAllText(_hostJson, hostJson);
        }
    }

    public bool ExtendedSessions { get; }

    public string Folder => _folder;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public TestWorld World { get; } = new();

    public DurableTaskClient Client => _app!.Services.GetRequiredService<DurableTaskClient>();

    public TaskHubHost Host => _app!.Services.GetRequiredService<TaskHubHost>();

    /// <summary>The embedded task hub.</summary>
    public SqliteTaskHub Hub => (SqliteTaskHub)Host.Hub;

    public HostSettings Settings => _app!.Services.GetRequiredService<HostSettings>();

    public IServiceProvider Services => _app!.Services;

    public HttpClient Http { get; private set; } = new();

    public static async Task<TestHost> StartAsync(
        bool extendedSessions = true,
        Action<string>? onSeam = null,
        Dictionary<string, string?>? settings = null,
        int? maxLiveSessions = null,
        string? hostJson = null,
        Action<IFunctionsWorkerApplicationBuilder>? worker = null,
        string? connection = null)
    {
        var host = new TestHost(extendedSessions, onSeam, settings, maxLiveSessions, hostJson, worker, connection);
        await host.OpenAsync();
        return host;
    }

    /// <summary>Ends as a crash would, then opens the same folder again.</summary>
    public async Task CrashAndReopenAsync()
    {
        await Host.AbandonAsync();
        await CloseAsync();
        await OpenAsync();
    }

    /// <summary>Stops in order, then opens the same folder again.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async Task CloseAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(World.Logs);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            builder.Configuration, _settings);
        builder.Services.AddSingleton(World);
        var options = new LocalRuntimeOptions
        {
            TaskHubFolder = _folder,
            TaskHubConnection = _connection,
            FunctionsAssembly = typeof(TestHost).Assembly,
            HostJsonPath = _hostJson,
            ExtendedSessions = ExtendedSessions,
            MaxLiveSessions = _maxLiveSessions ?? 256,
            ShutdownGrace = TimeSpan.FromMilliseconds(200),
            OnSeam = name =>
            {
                World.Count(name);
                _onSeam?.Invoke(name);
            },
            // Azure Storage keeps its own time.
            TimeProvider = _connection is null ? Time : TimeProvider.System,
        };
        builder.Services.AddLocalRuntime(options, _worker);
        _app = builder.Build();
        _app.MapFunctions();
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = HangGuard };
    }

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null)
    {
        var instance = await Client.ScheduleNewOrchestrationInstanceAsync(
            name, input, new Microsoft.DurableTask.StartOrchestrationOptions(id));
        return await EndOfAsync(instance);
    }

    // Azure Storage's own wait looks every two seconds.
    public Task<OrchestrationMetadata> EndOfAsync(string id) => _connection is null
        ? Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(HangGuard)
        : UntilAsync(id, found => found.IsCompleted);

    /// <summary>Waits for a committed state of an instance.</summary>
    public async Task<OrchestrationMetadata> UntilAsync(string id, Func<OrchestrationMetadata, bool> reached)
    {
        using var late = new CancellationTokenSource(HangGuard);
        while (true)
        {
            var change = _connection is null ? Hub.Watch.NextChange(id) : Task.Delay(Polling, late.Token);
            if (await Client.GetInstanceAsync(id, true) is { } found && reached(found))
            {
                return found;
            }

            await change.WaitAsync(late.Token);
        }
    }

    /// <summary>Waits until an instance waits for a timer, and returns how far it is away.</summary>
    public async Task<TimeSpan> UntilTimerAsync(string id)
    {
        TimeSpan? wait = null;
        await UntilAsync(id, found => found.IsCompleted || (wait = Timer()) is not null);
        return wait ?? throw new InvalidOperationException("The instance ended without a timer.");

        TimeSpan? Timer() => Waiting(id)
            .OfType<TimerFiredEvent>()
            .Select(timer => timer.FireAt - Time.GetUtcNow().UtcDateTime)
            .Where(wait => wait > TimeSpan.Zero)
            .Cast<TimeSpan?>()
            .FirstOrDefault();
    }

    /// <summary>What waits for an instance, whenever it is due.</summary>
    public IReadOnlyList<HistoryEvent> Waiting(string id) => Hub.Store.Read(connection =>
        Statements.DueMessages(connection, id, DateTime.MaxValue).ConvertAll(waiting => waiting.Message.Event));

    public IReadOnlyList<HistoryEvent> History(string id) => Hub.Store.Read(connection => Statements.History(connection, id));

    public Task<OrchestrationMetadata> UntilStatusAsync(string id, OrchestrationRuntimeStatus status) =>
        UntilAsync(id, found => found.RuntimeStatus == status);

    public Task<OrchestrationMetadata> UntilCustomStatusAsync(string id, string json) =>
        UntilAsync(id, found => found.SerializedCustomStatus == json);

    public async ValueTask DisposeAsync()
    {
        World.ReleaseAll();
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
