using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Starting;

namespace MigrationFunctions.Timers;

/// <summary>Purges the history of orchestrations that have ended: nothing needs it, the ledger is the truth. Setting
/// <c>HistoryPurgeSchedule</c> says when (NCRONTAB, UTC), <c>Migration:HistoryRetentionDays</c> how long it stays. What has not
/// ended stays, however old.</summary>
public sealed class HistoryRetention(WorkSettings settings, TimeProvider clock, ILogger<HistoryRetention> logger)
{
    static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    [Function(nameof(PurgeHistory))]
    public async Task PurgeHistory(
        [TimerTrigger("%HistoryPurgeSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().AddDays(-settings.HistoryRetentionDays);
        // The host's extension fails when a purge has no beginning.
        var purged = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(DateTimeOffset.UnixEpoch, before, Ended), cancellationToken);
        Log.HistoryPurged(logger, purged.PurgedInstanceCount, before);
    }
}
