using Microsoft.Extensions.Logging;

namespace LocalRuntime;

/// <summary>
/// Every message of the local runtime. Ids: 100 host, 200 orchestrations, 300 activities, 400 HTTP, 500 timers.
/// </summary>
static partial class Log
{
    [LoggerMessage(
        100,
        LogLevel.Information,
        "Task hub {Hub} opened in {Folder}: {Instances} unfinished orchestrations, {Activities} activities to run")]
    public static partial void Opened(ILogger logger, string hub, string folder, int instances, int activities);

    [LoggerMessage(101, LogLevel.Information, "Stopping: waiting up to {Grace} for {Running} running activities")]
    public static partial void Stopping(ILogger logger, TimeSpan grace, int running);

    [LoggerMessage(
        102,
        LogLevel.Warning,
        "{Running} activities still ran after {Grace}: they run again after the next start")]
    public static partial void Abandoned(ILogger logger, int running, TimeSpan grace);

    [LoggerMessage(200, LogLevel.Debug, "{Instance}: turn {Turn} took {Events} events and asked for {Actions} actions")]
    public static partial void Turn(ILogger logger, string instance, int turn, int events, int actions);

    [LoggerMessage(201, LogLevel.Information, "{Instance}: orchestrator {Name} ended {Status}")]
    public static partial void Ended(ILogger logger, string instance, string name, string status);

    [LoggerMessage(202, LogLevel.Warning, "{Instance}: orchestrator {Name} failed: {ErrorType}: {ErrorMessage}")]
    public static partial void Failed(
        ILogger logger, string instance, string name, string errorType, string errorMessage);

    [LoggerMessage(203, LogLevel.Error, "{Instance}: a turn could not be committed; it is tried again in {Delay}")]
    public static partial void TurnFault(ILogger logger, Exception failure, string instance, TimeSpan delay);

    [LoggerMessage(204, LogLevel.Warning, "{Instance}: {Kind} dropped, there is no such instance or it has ended")]
    public static partial void Dropped(ILogger logger, string instance, string kind);

    [LoggerMessage(205, LogLevel.Debug, "{Instance}: replayed {Rows} rows of history")]
    public static partial void Replayed(ILogger logger, string instance, int rows);

    [LoggerMessage(300, LogLevel.Debug, "{Instance}: activity {Name} #{TaskId} starts")]
    public static partial void ActivityStarts(ILogger logger, string instance, string name, int taskId);

    [LoggerMessage(301, LogLevel.Warning, "{Instance}: activity {Name} #{TaskId} failed")]
    public static partial void ActivityFailed(
        ILogger logger, Exception failure, string instance, string name, int taskId);

    [LoggerMessage(
        302,
        LogLevel.Error,
        "{Instance}: the answer of activity {Name} #{TaskId} could not be stored; it runs again in {Delay}")]
    public static partial void ActivityFault(
        ILogger logger, Exception failure, string instance, string name, int taskId, TimeSpan delay);

    [LoggerMessage(400, LogLevel.Error, "HTTP function {Name} failed")]
    public static partial void HttpFailed(ILogger logger, Exception failure, string name);

    [LoggerMessage(500, LogLevel.Information, "Timer function {Name} starts; past due: {IsPastDue}")]
    public static partial void TimerStarts(ILogger logger, string name, bool isPastDue);

    [LoggerMessage(501, LogLevel.Error, "Timer function {Name} failed; its next occurrence is {Next:u}")]
    public static partial void TimerFailed(ILogger logger, Exception failure, string name, DateTime next);
}
