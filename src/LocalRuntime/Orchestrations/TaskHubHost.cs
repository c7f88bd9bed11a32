using DurableTask.Core;
using LocalRuntime.Functions;
using LocalRuntime.TaskHubs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// Runs the app's orchestrators and activities with DurableTask.Core's <see cref="TaskHubWorker"/> on a task hub. A stop lets
/// running activities end within the grace, then cancels them; what was cut off is run again after the next start.
/// </summary>
sealed class TaskHubHost(
    LocalRuntimeOptions options,
    HostSettings settings,
    PayloadConverter converter,
    FunctionCatalog catalog,
    FunctionPipeline pipeline,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(2);

    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime");
    readonly CancellationTokenSource _stopActivities = new();
    ITaskHub? _hub;
    ObservedOrchestrationService? _service;
    TaskHubWorker? _worker;

    public ITaskHub Hub => _hub
        ?? throw new InvalidOperationException(
            "The local runtime has not started: start the host before using its client.");

    public IOrchestrationServiceClient Client => (IOrchestrationServiceClient)Hub.Service;

    public TaskHubClient DurableClient => field ??= new TaskHubClient(this, converter, options);

    public FunctionInvoker Invoker => field ??= new FunctionInvoker(converter, DurableClient, pipeline);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _hub = TaskHub.Of(options, settings, loggers);
        await _hub.OpenAsync(cancellationToken);
        _service = new ObservedOrchestrationService(_hub.Service, options.OnSeam);
        _worker = new TaskHubWorker(
            _service, new OrchestratorCatalog(catalog, Invoker, converter, scopes, loggers), new NoActivities(), loggers)
        {
            ErrorPropagationMode = ErrorPropagationMode.UseFailureDetails,
        };
        var turn = new OrchestratorTurn(options, loggers);
        var activities = new ActivityCalls(catalog, Invoker, converter, scopes, loggers);
        _worker.AddOrchestrationDispatcherMiddleware(turn.RunAsync);
        _worker.AddActivityDispatcherMiddleware((dispatch, _) => activities.RunAsync(dispatch, _stopActivities.Token));
        await _worker.StartAsync();
        Log.Opened(_logger, settings.HubName, _hub.Place);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_worker is null || _service is null)
        {
            return;
        }

        Log.Stopping(_logger, options.ShutdownGrace, _service.ActivitiesInProgress);
        // Unforced, a dispatcher would look once a second, for eight seconds at most, and tell no activity.
        await Task.WhenAll(
            _worker.TaskOrchestrationDispatcher.StopAsync(forced: true),
            _worker.TaskActivityDispatcher.StopAsync(forced: true));
        var idle = _service.WhenIdle();
        if (!await EndsWithinAsync(idle, options.ShutdownGrace, cancellationToken))
        {
            // Whoever is told may block, as a driver does that waits for its server: no longer than for activities.
            var told = _stopActivities.CancelAsync();
            if (!await EndsWithinAsync(Task.WhenAll(idle, told), AfterCancellation, cancellationToken))
            {
                Log.Abandoned(_logger, _service.ActivitiesInProgress, options.ShutdownGrace);
            }
        }

        await _worker.StopAsync(isForced: true);
        await CloseAsync();
    }

    /// <summary>Ends as a crash would: nothing more is committed, nothing is waited for.</summary>
    public async Task AbandonAsync()
    {
        (_hub as TaskHubs.Sqlite.SqliteTaskHub)?.Abandon();
        if (_worker is { } worker)
        {
            await Task.WhenAll(
                worker.TaskOrchestrationDispatcher.StopAsync(forced: true),
                worker.TaskActivityDispatcher.StopAsync(forced: true));
        }

        await CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
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

    async Task CloseAsync()
    {
        Interlocked.Exchange(ref _worker, null)?.Dispose();
        if (Interlocked.Exchange(ref _hub, null) is { } hub)
        {
            await hub.DisposeAsync();
        }
    }
}
