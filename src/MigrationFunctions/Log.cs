using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions;

/// <summary>What the functions log beside their answers and the run's record.</summary>
static partial class Log
{
    [LoggerMessage(
        2301, LogLevel.Warning, "Run {RunId}: the throttle cannot see the target and takes one writer off: {Failure}")]
    public static partial void SignalLost(ILogger logger, string runId, string failure);

    [LoggerMessage(
        2501, LogLevel.Error, "Reconciliation {ReconciliationId}: source and target of {Manifest} are not equal.")]
    public static partial void NotEqual(ILogger logger, string reconciliationId, string manifest);

    [LoggerMessage(
        2502, LogLevel.Error, "Reconciliation {ReconciliationId} of {Manifest} failed: it has no verdict.")]
    public static partial void ReconciliationFailed(ILogger logger, string reconciliationId, string manifest);

    [LoggerMessage(
        2503, LogLevel.Warning, "Nightly reconciliation of {Manifest} is passed over: {ReconciliationId} is still at work.")]
    public static partial void NightlyOverlaps(ILogger logger, string manifest, string reconciliationId);

    [LoggerMessage(
        2504, LogLevel.Error, "Nightly reconciliation of {Manifest} could not be started: {Problem}")]
    public static partial void NightlyRefused(ILogger logger, string manifest, string problem);

    [LoggerMessage(
        2505, LogLevel.Warning, "Nightly reconciliation is past due: it was to run at {Due}.")]
    public static partial void NightlyPastDue(ILogger logger, DateTime? due);

    [LoggerMessage(2600, LogLevel.Critical, "The settings are refused, nothing is started. {Problem}")]
    public static partial void Refused(ILogger logger, Problem problem);

    [LoggerMessage(2611, LogLevel.Error, "{Function} failed for a caller; trace {TraceId}.")]
    public static partial void CallFailed(ILogger logger, Exception failure, string function, string traceId);
}
