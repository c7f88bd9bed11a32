using Microsoft.Extensions.Logging;

namespace MigrationFunctions;

/// <summary>What the functions log beside their answers and the run's record.</summary>
static partial class Log
{
    [LoggerMessage(
        2301, LogLevel.Warning, "Run {RunId}: the throttle cannot see the target and takes one writer off: {Failure}")]
    public static partial void SignalLost(ILogger logger, string runId, string failure);
}
