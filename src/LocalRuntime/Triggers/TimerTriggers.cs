using LocalRuntime.Functions;
using LocalRuntime.Orchestrations;
using LocalRuntime.TaskHubs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace LocalRuntime.Triggers;

/// <summary>
/// Calls timer functions at their occurrences. The schedule's status is in the task hub: occurrences missed while no host was
/// up are made up for by one call that is past due, and of several processes on one hub one calls each occurrence. Calls of one
/// function do not overlap.
/// </summary>
sealed class TimerTriggers(
    FunctionCatalog catalog,
    TaskHubHost host,
    IConfiguration configuration,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    LocalRuntimeOptions options) : BackgroundService
{
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    static readonly TimeSpan WhileAnotherCalls = TimeSpan.FromSeconds(10);
    static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(30);

    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Timers");
    readonly List<Planned> _planned = [];

    DateTime Now => options.TimeProvider.GetUtcNow().UtcDateTime;

    IScheduleStore Schedules => host.Hub.Schedules;

    /// <exception cref="InvalidOperationException">
    /// A schedule cannot be read: its function and what is wrong are named.
    /// </exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var function in catalog.Of(FunctionKind.Timer))
        {
            _planned.Add(await PlanAsync(function, cancellationToken));
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_planned.Select(planned => RunAsync(planned, stoppingToken)));

    async Task<Planned> PlanAsync(FunctionDescriptor function, CancellationToken cancellationToken)
    {
        var schedule = Schedule(function);
        var trigger = (TimerTriggerAttribute)function.TriggerAttribute;
        var known = trigger.UseMonitor ? await Schedules.FindAsync(function.Name, cancellationToken) : null;
        var status = known ?? new TimerStatus(default, schedule.GetNextOccurrence(Now), default);
        return new Planned(function, schedule, status, trigger.RunOnStartup, known is not null && status.Next < Now);
    }

    CrontabSchedule Schedule(FunctionDescriptor function)
    {
        var expression = ((TimerTriggerAttribute)function.TriggerAttribute).Schedule;
        if (expression.Length > 2 && expression[0] == '%' && expression[^1] == '%')
        {
            var setting = expression[1..^1];
            expression = configuration[setting] ?? throw new InvalidOperationException(
                $"Timer function '{function.Name}' takes its schedule from the setting '{setting}', which is not set.");
        }

        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return CrontabSchedule.TryParse(
                expression, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 })
            ?? throw new InvalidOperationException(
                $"Timer function '{function.Name}' has the schedule '{expression}', which is no NCRONTAB expression "
                + "of six fields (seconds minutes hours days months weekdays).");
    }

    async Task RunAsync(Planned planned, CancellationToken stopping)
    {
        var (_, _, status, onStartup, pastDue) = planned;
        try
        {
            if (onStartup || pastDue)
            {
                status = await CallPatientlyAsync(planned, status, pastDue, stopping);
            }

            while (true)
            {
                await WaitUntilAsync(status.Next, stopping);
                status = await CallPatientlyAsync(planned, status, pastDue: false, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    async Task WaitUntilAsync(DateTime time, CancellationToken stopping)
    {
        for (var wait = time - Now; wait > TimeSpan.Zero; wait = time - Now)
        {
            await Task.Delay(wait < LongestWait ? wait : LongestWait, options.TimeProvider, stopping);
        }
    }

    /// <summary>A hub that cannot be reached puts the occurrence off; it does not end the schedule.</summary>
    async Task<TimerStatus> CallPatientlyAsync(
        Planned planned, TimerStatus status, bool pastDue, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await CallOnceAsync(planned, status, pastDue, stopping);
            }
#pragma warning disable CA1031 // Whatever the hub's store throws, the next try may do.
            catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.TimerPutOff(_logger, failure, planned.Function.Name, AfterFault);
                await Task.Delay(AfterFault, options.TimeProvider, stopping);
            }
        }
    }

    /// <summary>Calls an occurrence unless another process on this hub has, or does.</summary>
    async Task<TimerStatus> CallOnceAsync(
        Planned planned, TimerStatus status, bool pastDue, CancellationToken stopping)
    {
        while (true)
        {
            await using (var right = await Schedules.TryOwnAsync(planned.Function.Name, stopping))
            {
                if (right is not null)
                {
                    var stored = await Schedules.FindAsync(planned.Function.Name, stopping);
                    return stored?.Next > status.Next ? stored : await CallAsync(planned, status, pastDue, stopping);
                }
            }

            await Task.Delay(WhileAnotherCalls, options.TimeProvider, stopping);
        }
    }

    // As the host has it, the status that a call gets is that of before it: its next occurrence is the call's own.
    async Task<TimerStatus> CallAsync(Planned planned, TimerStatus status, bool pastDue, CancellationToken stopping)
    {
        var function = planned.Function;
        var now = Now;
        var next = planned.Schedule.GetNextOccurrence(now);
        var monitored = ((TimerTriggerAttribute)function.TriggerAttribute).UseMonitor;
        var info = new TimerInfo
        {
            IsPastDue = pastDue,
            ScheduleStatus = monitored
                ? new ScheduleStatus { Last = status.Last, Next = status.Next, LastUpdated = status.LastUpdated }
                : null,
        };
        Log.TimerStarts(_logger, function.Name, pastDue);
        await using var scope = scopes.CreateAsyncScope();
        System.Diagnostics.Activity.Current = null;
        var context = new LocalFunctionContext(function, scope.ServiceProvider, stopping);
        using var span = Tracing.StartFunction(context);
        try
        {
            await host.Invoker.InvokeAsync(
                function, context, parameter => parameter == function.Trigger ? new Bound(info) : null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A failed call must not end the schedule.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.TimerFailed(_logger, failure, function.Name, next);
            span.Failed(failure);
        }

        var called = new TimerStatus(now, next, Now);
        await Schedules.SaveAsync(function.Name, called, stopping);
        return called;
    }

    sealed record Planned(
        FunctionDescriptor Function, CrontabSchedule Schedule, TimerStatus Status, bool OnStartup, bool IsPastDue);
}
