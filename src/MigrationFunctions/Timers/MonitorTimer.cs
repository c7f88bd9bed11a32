using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Operating;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Timers;

/// <summary>Looks at all runs and shows in gauges how they are doing. Setting <c>MonitorSchedule</c> says when (NCRONTAB,
/// UTC). A timer runs on one instance of the app at a time, so there is one reading whatever the number of instances.</summary>
public sealed class MonitorTimer(
    ITargets targets, ManifestCatalog manifests, IEnumerable<ICredentialExpiry> credentials, TimeProvider clock,
    ILogger<MonitorTimer> logger)
{
    static readonly TimeSpan LeastPeriod = TimeSpan.FromMinutes(1);

    // The next look may come a little late, and what it replaces is to be seen until then.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Function(nameof(Monitor))]
    public async Task Monitor(
        [TimerTrigger("%MonitorSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var look = new MonitorLook(targets, manifests.Names(), credentials, clock, async runId =>
            await client.GetInstanceAsync(runId, cancellationToken) is
                { RuntimeStatus: OrchestrationRuntimeStatus.Suspended });
        Metrics.Show(await look.ReadAsync(clock.GetUtcNow() + ValidFor(timer.ScheduleStatus), cancellationToken));
        foreach (var problem in look.Problems)
            Log.FigureMissing(logger, problem.ToString());
    }

    /// <summary>How long a look is worth showing: until a little after the next one is due.</summary>
    /// <param name="status">As the host hands it over: its next occurrence is the call's own, not the one after
    /// it.</param>
    internal static TimeSpan ValidFor(ScheduleStatus? status)
    {
        var period = status is not null && status.Last > DateTime.UnixEpoch ? status.Next - status.Last : LeastPeriod;
        return (period > LeastPeriod ? period : LeastPeriod) + Grace;
    }
}
