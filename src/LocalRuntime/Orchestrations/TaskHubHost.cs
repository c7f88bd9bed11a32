using System.Threading.Channels;
using LocalRuntime.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// Opens the task hub, takes up what was left unfinished, and keeps a bounded number of workers on orchestrations and
/// activities. A stop lets running activities end within the grace; what does not is run again after the next start.
/// </summary>
sealed class RuntimeEngine(
    LocalRuntimeOptions options,
    PayloadConverter converter,
    FunctionCatalog catalog,
    LocalRuntimeKeys keys,
    FunctionPipeline pipeline,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime");
    readonly ReadyQueue _ready = new();
    readonly Channel<ActivityCall> _activities = Channel.CreateUnbounded<ActivityCall>();
    readonly CancellationTokenSource _stopTaking = new();
    readonly CancellationTokenSource _stopActivities = new();
    readonly List<Task> _workers = [];
    HistoryStore? _store;
    WakeClock? _clock;
    SessionCache? _sessions;
    int _runningActivities;

    public HostSettings Settings { get; } = HostSettings.Read(options.HostJsonPath);

    public InstanceWatch Watch { get; } = new();

    /// <summary>Scheme and authority at which the host listens; null until it does.</summary>
    public string? BaseAddress { get; set; }

    public HistoryStore Store => _store
        ?? throw new InvalidOperationException(
            "The local runtime has not started: start the host before using its client.");

    public TurnRunner? Turns { get; private set; }

    public FunctionInvoker Invoker => field ??= new FunctionInvoker(
        converter, new LocalDurableTaskClient(this, converter, options, keys), pipeline);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _store = new HistoryStore(options.TaskHubFolder);
        _sessions = new SessionCache(options.MaxLiveSessions);
        _clock = new WakeClock(options.TimeProvider, _ready.Signal);
        var middleware = new TurnMiddleware(pipeline, catalog, scopes);
        Turns = new TurnRunner(
            _store, catalog, Invoker, converter, _sessions, middleware, scopes, loggers, options, _ready.Signal);
        var activities = new ActivityRunner(_store, catalog, Invoker, converter, scopes, loggers, options);
        var unfinished = _store.Unfinished();
        Log.Opened(
            _logger, Settings.HubName, options.TaskHubFolder, _store.LiveInstances(), unfinished.Activities.Count);
        Take(unfinished);
        for (var i = 0; i < Settings.MaxConcurrentOrchestrators; i++)
        {
            _workers.Add(Task.Run(() => RunTurnsAsync(Turns), CancellationToken.None));
        }

        for (var i = 0; i < Settings.MaxConcurrentActivities; i++)
        {
            _workers.Add(Task.Run(() => RunActivitiesAsync(activities), CancellationToken.None));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopTaking.CancelAsync();
        Log.Stopping(_logger, options.ShutdownGrace, Volatile.Read(ref _runningActivities));
        var all = Task.WhenAll(_workers);
        if (!await EndsWithinAsync(all, options.ShutdownGrace, cancellationToken))
        {
            // Whoever is told may block, as a driver does that waits for its server: no longer than for activities.
            var told = _stopActivities.CancelAsync();
            if (!await EndsWithinAsync(Task.WhenAll(all, told), TimeSpan.FromSeconds(2), cancellationToken))
            {
                Log.Abandoned(_logger, Volatile.Read(ref _runningActivities), options.ShutdownGrace);
            }
        }

        Close(store => store.Dispose());
    }

    /// <summary>Ends as a crash would: nothing more is committed, nothing is waited for.</summary>
    public void Abandon()
    {
        _stopTaking.Cancel();
        Close(store => store.Abandon());
    }

    public async Task SendAsync(Message message)
    {
        if (await Store.SendAsync(message))
        {
            _ready.Signal(message.InstanceId);
        }
        else
        {
            Log.Dropped(_logger, message.InstanceId, message.Kind.ToString());
        }
    }

    public void WakeAt(string id, DateTime due) => _clock!.WakeAt(id, due);

    public void Dispose()
    {
        Close(store => store.Dispose());
        _stopTaking.Dispose();
        _stopActivities.Dispose();
    }

    static async Task<bool> EndsWithinAsync(Task task, TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(time, cancellation);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    void Close(Action<HistoryStore> close)
    {
        _clock?.Dispose();
        if (Interlocked.Exchange(ref _store, null) is { } store)
        {
            close(store);
        }

        _sessions?.Dispose();
    }

    void Take(CommitEffects effects)
    {
        foreach (var call in effects.Activities)
        {
            _activities.Writer.TryWrite(call);
        }

        foreach (var (id, due) in effects.Wakes)
        {
            WakeAt(id, due);
        }
    }

    async Task RunTurnsAsync(TurnRunner turns)
    {
        System.Diagnostics.Activity.Current = null;
        while (!_stopTaking.IsCancellationRequested)
        {
            string id;
            try
            {
                id = await _ready.TakeAsync(_stopTaking.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                if (await turns.RunAsync(id) is { } effects)
                {
                    Take(effects);
                    Watch.Changed(id);
                }
            }
            catch (ObjectDisposedException) when (_store is null)
            {
                return;
            }
#pragma warning disable CA1031 // One instance's fault must not stop the others; the turn can be run again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Log.TurnFault(_logger, failure, id, RetryDelay);
                _clock!.WakeAt(id, options.TimeProvider.GetUtcNow().UtcDateTime + RetryDelay);
            }
            finally
            {
                _ready.Release(id);
            }
        }
    }

    async Task RunLaterAsync(ActivityCall call)
    {
        await Task.Delay(RetryDelay, options.TimeProvider, CancellationToken.None);
        _activities.Writer.TryWrite(call);
    }

    async Task RunActivitiesAsync(ActivityRunner activities)
    {
        System.Diagnostics.Activity.Current = null;
        while (!_stopTaking.IsCancellationRequested)
        {
            ActivityCall call;
            try
            {
                call = await _activities.Reader.ReadAsync(_stopTaking.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Interlocked.Increment(ref _runningActivities);
            try
            {
                if (await activities.RunAsync(call, _stopActivities.Token))
                {
                    _ready.Signal(call.InstanceId);
                }
            }
            catch (ObjectDisposedException) when (_store is null)
            {
                return;
            }
#pragma warning disable CA1031 // The answer could not be stored: the call stays open and runs again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Log.ActivityFault(_logger, failure, call.InstanceId, call.Name, call.TaskId, RetryDelay);
                _ = RunLaterAsync(call);
            }
            finally
            {
                Interlocked.Decrement(ref _runningActivities);
            }
        }
    }
}
