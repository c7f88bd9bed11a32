using Microsoft.Extensions.Logging;

namespace LocalRuntime;

/// <summary>
/// Every message of the local runtime. Ids: 100 host, 200 orchestrations, 300 activities, 400 HTTP, 500 timers.
/// </summary>
static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Task hub {Hub} opened: {Place}")]
    public static partial void Opened(ILogger logger, string hub, string place);

    [LoggerMessage(101, LogLevel.Information, "Stopping: waiting up to {Grace} for {Running} running activities")]
    public static partial void Stopping(ILogger logger, TimeSpan grace, int running);

    [LoggerMessage(
        102,
        LogLevel.Warning,
        "{Running} activities still ran after {Grace}: they run again after the next start")]
    public static partial void Abandoned(ILogger logger, int running, TimeSpan grace);

    [LoggerMessage(202, LogLevel.Warning, "{Instance}: orchestrator {Name} failed: {ErrorType}: {ErrorMessage}")]
    public static partial void Failed(
        ILogger logger, string instance, string name, string errorType, string errorMessage);

    [LoggerMessage(300, LogLevel.Debug, "{Instance}: activity {Name} #{TaskId} starts")]
    public static partial void ActivityStarts(ILogger logger, string instance, string name, int taskId);

    [LoggerMessage(301, LogLevel.Warning, "{Instance}: activity {Name} #{TaskId} failed")]
    public static partial void ActivityFailed(
        ILogger logger, Exception failure, string instance, string name, int taskId);

    [LoggerMessage(400, LogLevel.Error, "HTTP function {Name} failed")]
    public static partial void HttpFailed(ILogger logger, Exception failure, string name);

    [LoggerMessage(500, LogLevel.Information, "Timer function {Name} starts; past due: {IsPastDue}")]
    public static partial void TimerStarts(ILogger logger, string name, bool isPastDue);

    [LoggerMessage(
        502, LogLevel.Error, "The task hub of timer function {Name} cannot be used; the call is put off by {Delay}")]
    public static partial void TimerPutOff(ILogger logger, Exception failure, string name, TimeSpan delay);

    [LoggerMessage(501, LogLevel.Error, "Timer function {Name} failed; its next occurrence is {Next:u}")]
    public static partial void TimerFailed(ILogger logger, Exception failure, string name, DateTime next);
}
