using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Reads the source outside batches, for a planner or a count: within the tenant's hours and the run's
/// readers.</summary>
public sealed class SourceReading(TimeProvider clock)
{
    // A reconciliation has time: the run comes first.
    static readonly TimeSpan BesideRuns = TimeSpan.FromSeconds(5);

    /// <summary>Runs the reading, or says when it may.</summary>
    public async Task<(T? Value, Deferral? Deferral)> ReadAsync<T>(
        Target target, RunContext run, TenantRef tenant, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        var control = await target.Limits.GetAsync(run, cancellationToken);
        if (DuringBlackout(control, tenant) is { } blackout)
            return (default, blackout);
        await using var slot = await new SlotWait(target.Limits, run, clock).TakeReaderAsync(cancellationToken);
        return slot is null ? (default, Busy(SlotKind.Reader)) : (await read(), null);
    }

    /// <summary>Reads for a reconciliation: within the tenant's hours, and within the readers of each run that goes on meanwhile, as
    /// if it were one of them. Says when it may, or null when it has read.</summary>
    public async Task<Deferral?> ReadBesideRunsAsync(
        Target target, ReconciliationContext context, ReconciliationItem item, Func<Task> read, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (DuringBlackout(context.Run.Options.Blackouts, item.TimeZone, item.TenantKey, now) is { } blackout)
            return blackout;
        await using var slots = await target.Limits.TryTakeReaderBesideRunsAsync(cancellationToken);
        if (slots is null)
            return new Deferral(now + BesideRuns, "all readers of a migration are at work");
        await read();
        return null;
    }

    /// <summary>When the tenant may be worked on again, or null for now.</summary>
    public Deferral? DuringBlackout(RunControl control, TenantRef tenant) =>
        DuringBlackout(control.Limits.Blackouts, tenant.TimeZone, tenant.TenantKey, clock.GetUtcNow());

    static Deferral? DuringBlackout(
        IReadOnlyList<Blackout> blackouts, string? timeZone, string tenantKey, DateTimeOffset now) =>
        BlackoutCalendar.EndOf(blackouts, timeZone, tenantKey, now) is { } end
            ? new Deferral(end, $"blackout until {end.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : null;

    /// <summary>Work for which no slot came free in time.</summary>
    public Deferral Busy(SlotKind kind) => new(
        clock.GetUtcNow() + TimeSpan.FromSeconds(1), kind == SlotKind.Reader ? "all readers are at work" : "all writers are at work");
}
