using LocalRuntime.Engine;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace LocalRuntime.Triggers;

/// <summary>
/// Calls timer functions at their occurrences. The schedule's status is on disk: occurrences missed while the host was
/// down are made up for by one call that is past due. Calls of one function do not overlap.
/// </summary>
sealed class TimerTriggers(
    FunctionCatalog catalog,
    RuntimeEngine engine,
    IConfiguration configuration,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    LocalRuntimeOptions options) : BackgroundService
{
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Timers");
    readonly List<Planned> _planned = [];

    DateTime Now => options.TimeProvider.GetUtcNow().UtcDateTime;

    /// <exception cref="InvalidOperationException">
    /// A schedule cannot be read: its function and what is wrong are named.
    /// </exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _planned.AddRange(catalog.Of(FunctionKind.Timer).Select(Plan));
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_planned.Select(planned => RunAsync(planned, stoppingToken)));

    Planned Plan(FunctionDescriptor function)
    {
        var schedule = Schedule(function);
        var trigger = (TimerTriggerAttribute)function.TriggerAttribute;
        var known = trigger.UseMonitor ? engine.Store.FindSchedule(function.Name) : null;
        var next = known?.Next ?? schedule.GetNextOccurrence(Now);
        var pastDue = known is not null && next < Now;
        return new Planned(function, schedule, known?.Last ?? default, next, trigger.RunOnStartup || pastDue, pastDue);
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
        var (function, schedule, last, next, atOnce, pastDue) = planned;
        try
        {
            if (atOnce)
            {
                (last, next) = await CallAsync(function, schedule, last, next, pastDue, stopping);
            }

            while (true)
            {
                await WaitUntilAsync(next, stopping);
                (last, next) = await CallAsync(function, schedule, last, next, pastDue: false, stopping);
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

    // As the host has it, the status that a call gets is that of before it: its next occurrence is the call's own.
    async Task<(DateTime Last, DateTime Next)> CallAsync(
        FunctionDescriptor function, CrontabSchedule schedule, DateTime last, DateTime due, bool pastDue,
        CancellationToken stopping)
    {
        var now = Now;
        var next = schedule.GetNextOccurrence(now);
        var monitored = ((TimerTriggerAttribute)function.TriggerAttribute).UseMonitor;
        var info = new TimerInfo
        {
            IsPastDue = pastDue,
            ScheduleStatus = monitored ? new ScheduleStatus { Last = last, Next = due, LastUpdated = last } : null,
        };
        Log.TimerStarts(_logger, function.Name, pastDue);
        await using var scope = scopes.CreateAsyncScope();
        var context = new LocalFunctionContext(function, scope.ServiceProvider, stopping);
        System.Diagnostics.Activity.Current = null;
        using var span = Tracing.StartFunction(context);
        try
        {
            await engine.Invoker.InvokeAsync(
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

        if (monitored)
        {
            await engine.Store.SaveScheduleAsync(function.Name, now, next, Now);
        }

        return (now, next);
    }

    sealed record Planned(
        FunctionDescriptor Function,
        CrontabSchedule Schedule,
        DateTime Last,
        DateTime Next,
        bool AtOnce,
        bool IsPastDue);
}
