using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Orchestrators;
using MigrationFunctions.Starting;

namespace MigrationFunctions.Timers;

/// <summary>Compares every night what was migrated for real: each manifest that the target has a ledger of. Setting
/// <c>ReconciliationSchedule</c> says when (NCRONTAB, UTC), <c>Migration:NightlyDepth</c> how closely (<c>digest</c> when
/// absent). One that is still at work when the next is due keeps its manifest's next one from starting; occurrences that
/// were missed while the app was down are made up for by one. Tenants that are being loaded are left out, and the log says so.</summary>
public sealed class NightlyReconciliation(
    ManifestCatalog manifests, ISourceDatabase source, ReconciliationStarter starter, ITargets targets, WorkSettings settings,
    ILogger<NightlyReconciliation> logger)
{
    [Function(nameof(ReconcileNightly))]
    public async Task ReconcileNightly(
        [TimerTrigger("%ReconciliationSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
            Log.NightlyPastDue(logger, timer.ScheduleStatus?.Next);
        var target = targets.For(RunMode.Full);
        await target.Runs.EnsureSchemaAsync(cancellationToken);
        var ledger = nameof(RunMode.Full).ToLowerInvariant();
        foreach (var name in manifests.Names())
            if ((await target.Runs.FindLedgerManifestsAsync(ledger, name, cancellationToken)).Count > 0)
                await ReconcileAsync(name, target, client, cancellationToken);
    }

    // One manifest that cannot be compared must not keep the others from it.
    async Task ReconcileAsync(
        string manifest, Target target, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (await target.Reconciliations.FindRunningOfTimerAsync(manifest, cancellationToken) is { } running
                && await client.GetInstanceAsync(running, cancellationToken) is { IsCompleted: false })
            {
                Log.NightlyOverlaps(logger, manifest, running);
                return;
            }
            var (tenants, held) = await TenantsAtRestAsync(manifest, target, cancellationToken);
            if (held.Count > 0)
                Log.NightlyLeavesOut(logger, manifest, string.Join(", ", held));
            if (tenants is { Count: 0 })
                return;
            var start = await starter.StartAsync(
                new ReconciliationRequest { Manifest = manifest, Depth = settings.NightlyDepth, Tenants = tenants },
                ReconciliationTriggers.Timer, Actors.System,
                context => client.ScheduleAsync(context, cancellationToken), cancellationToken);
            IReadOnlyList<Problem> problems = start switch
            {
                ReconciliationStart.Invalid invalid => invalid.Problems,
                ReconciliationStart.Conflict conflict => [conflict.Problem],
                _ => [],
            };
            foreach (var problem in problems)
                Log.NightlyRefused(logger, manifest, problem.ToString());
        }
        catch (MigrationException e)
        {
            Log.NightlyRefused(logger, manifest, e.Message);
        }
    }

    // Their rows are not all there yet, and nobody is to be called at night for that. Null: all tenants are at rest.
    async Task<(IReadOnlyList<string>? Tenants, IReadOnlyList<string> Held)> TenantsAtRestAsync(
        string manifest, Target target, CancellationToken cancellationToken)
    {
        var held = (await target.Runs.GetLocksAsync(cancellationToken)).Select(l => l.TenantKey).ToHashSet(StringComparer.Ordinal);
        if (held.Count == 0 || manifests.Find(manifest).Manifest is not { } known)
            return (null, []);
        var listed = (await source.ReadTenantsAsync(known, cancellationToken)).Select(t => t.Key).ToList();
        return ([.. listed.Where(t => !held.Contains(t))], [.. listed.Where(held.Contains)]);
    }
}
