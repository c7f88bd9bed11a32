using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Operating;

/// <summary>One look at all runs of all targets. What cannot be had is left out of the reading and named as a problem; a
/// part of a figure is no figure.</summary>
/// <param name="manifests">Names of manifests that are to have figures even before their first run.</param>
/// <param name="isSuspended">Whether a run's execution is held up by an operator.</param>
public sealed class MonitorLook(
    ITargets targets, IReadOnlyList<string> manifests, IEnumerable<ICredentialExpiry> credentials, TimeProvider clock,
    Func<string, Task<bool>> isSuspended)
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly List<Problem> _problems = [];

    /// <summary>What could not be had, and why.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    public async Task<MonitorReading> ReadAsync(DateTimeOffset validUntil, CancellationToken cancellationToken)
    {
        var sides = await AskAsync("ledger", () => OpenAsync(cancellationToken));
        if (sides is null)
            return new MonitorReading(clock, validUntil) { Credentials = Known };
        var counts = Sums(await AllAsync<KeyValuePair<string, long>>(MetricNames.RunsActive, sides, async s =>
            await s.Target.Monitor.CountActiveAsync(s.Rehearsals, cancellationToken)));
        var overLimit = Sums(await AllAsync<KeyValuePair<string, long>>(MetricNames.RejectsOverLimit, sides, async s =>
            await s.Target.Monitor.CountOverRejectLimitAsync(s.Rehearsals, Day, cancellationToken)));
        var rehearsed = await AllAsync<KeyValuePair<string, double>>(
            MetricNames.Throughput, sides.Where(s => s.Rehearsals), async s =>
            await s.Target.Monitor.GetRehearsalRatesAsync(cancellationToken));
        var active = await AllAsync<ActiveRun>(MetricNames.Throughput, sides, async s =>
            await s.Target.Monitor.GetActiveAsync(s.Rehearsals, cancellationToken));
        var moving = active is null ? null : await AskAsync(MetricNames.HeartbeatAge, () => MovingAsync(active));
        return new MonitorReading(clock, validUntil)
        {
            ActiveRuns = counts,
            RunsOverRejectLimit = overLimit,
            RatesOfRehearsals = rehearsed?.ToDictionary(StringComparer.Ordinal),
            RatesNow = ByManifest(counts?.Keys, active, runs => runs.Sum(r => r.RowsPerSecond)),
            HeartbeatAges = ByManifest([], moving, runs => runs.Max(r => r.IdleTime.TotalSeconds)),
            Credentials = Known,
        };
    }

    IReadOnlyList<CredentialExpiry> Known => [.. credentials.SelectMany(c => c.Known)];

    async Task<List<Side>> OpenAsync(CancellationToken cancellationToken)
    {
        List<Side> sides = [new(targets.For(RunMode.Full), Rehearsals: false)];
        if (targets.All.Count > 1)
            sides.Add(new(targets.For(RunMode.Rehearsal), Rehearsals: true));
        foreach (var side in sides)
            await side.Target.Runs.EnsureSchemaAsync(cancellationToken);
        return sides;
    }

    // Nobody waits for a run that an operator holds up, that rests for the night, or that only makes its indexes again.
    async Task<List<ActiveRun>> MovingAsync(List<ActiveRun> active)
    {
        var moving = new List<ActiveRun>();
        foreach (var run in active)
            if (run.Tenants.Any(t => !IsDuringBlackout(run, t)) && !await isSuspended(run.RunId))
                moving.Add(run);
        return moving;
    }

    bool IsDuringBlackout(ActiveRun run, MonitoredTenant tenant)
    {
        try
        {
            return BlackoutCalendar.EndOf(run.Limits.Blackouts, tenant.TimeZone, tenant.Key, clock.GetUtcNow()) is not null;
        }
        catch (MigrationException)
        {
            // Its zone is unknown: its batches fail, and that is to be seen.
            return false;
        }
    }

    async Task<List<T>?> AllAsync<T>(string figure, IEnumerable<Side> sides, Func<Side, Task<IEnumerable<T>>> ask)
    {
        var all = new List<T>();
        foreach (var side in sides)
        {
            if (await AskAsync(figure, () => ask(side)) is not { } part)
                return null;
            all.AddRange(part);
        }
        return all;
    }

    async Task<T?> AskAsync<T>(string figure, Func<Task<T>> ask) where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _problems.Add(new Problem(
                ErrorCodes.MonitorFigureMissing, figure,
                $"It could not be had: {(e as MigrationException)?.Message ?? e.GetType().Name}",
                "The gauge is left out until it can: look at the target and at the task hub's storage.",
                ProblemSeverity.Warning));
            return null;
        }
    }

    // What has no run yet is at zero, so that silence always means that nobody looks.
    Dictionary<string, long>? Sums(List<KeyValuePair<string, long>>? counts) =>
        counts?.Concat(manifests.Select(name => KeyValuePair.Create(name, 0L)))
            .GroupBy(c => c.Key, c => c.Value, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);

    static Dictionary<string, double>? ByManifest(
        IEnumerable<string>? known, List<ActiveRun>? runs, Func<IEnumerable<ActiveRun>, double> figure)
    {
        if (runs is null)
            return null;
        var figures = (known ?? []).ToDictionary(name => name, _ => 0.0, StringComparer.Ordinal);
        foreach (var ofManifest in runs.GroupBy(r => r.Manifest, StringComparer.Ordinal))
            figures[ofManifest.Key] = figure(ofManifest);
        return figures;
    }

    sealed record Side(Target Target, bool Rehearsals);
}
