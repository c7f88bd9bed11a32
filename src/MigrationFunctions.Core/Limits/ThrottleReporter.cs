using System.Collections.Concurrent;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Limits;

/// <summary>Lets a batch that has ended look at the target and move the run's throttle, at most once in an interval for
/// all workers together.</summary>
public sealed class ThrottleReporter(TimeProvider clock)
{
    readonly ConcurrentDictionary<string, DateTimeOffset> _looked = new(StringComparer.Ordinal);

    /// <summary>Never fails: a look that fails takes one writer off, and is returned to be told.</summary>
    /// <returns>Why the target could not be asked, or null.</returns>
    public async Task<MigrationException?> ReportAsync(
        IRunLimits limits, RunContext run, RunControl control, CancellationToken cancellationToken)
    {
        var options = control.Limits.Throttle;
        var now = clock.GetUtcNow();
        if (options.Mode == ThrottleMode.Off
            || now < control.Throttle.AdjustedAt + TimeSpan.FromSeconds(options.IntervalSeconds) || !IsFirst(run.RunId, options))
            return null;
        MigrationException? failure = null;
        try
        {
            TargetLoad? load = null;
            try
            {
                load = await limits.MeasureAsync(run, control.Throttle.AdjustedAt, cancellationToken);
            }
            catch (MigrationException e)
            {
                failure = e;
            }
            now = clock.GetUtcNow();
            var current = await limits.GetAsync(run, cancellationToken);
            var next = Throttle.Next(
                current.Throttle, current.Limits.Throttle, current.Limits.TargetWriters, load, now);
            FaultPoint.Pass("throttle.before-change");
            // Lost to another worker or to an operator: they have looked just now.
            var changed = current with { Throttle = next };
            if (!ReferenceEquals(next, current.Throttle)
                && await limits.TryChangeAsync(run, changed, null, cancellationToken))
                changed.Show(run.Manifest.Name, current);
            FaultPoint.Pass("throttle.after-change");
        }
        catch (MigrationException e)
        {
            failure ??= e;
        }
        return failure;
    }

    // Lanes of one worker end about the same time; one look is enough.
    bool IsFirst(string runId, ThrottleOptions options)
    {
        var now = clock.GetUtcNow();
        if (!_looked.TryGetValue(runId, out var last))
            return _looked.TryAdd(runId, now);
        return now >= last + (TimeSpan.FromSeconds(options.IntervalSeconds) / 2) && _looked.TryUpdate(runId, now, last);
    }
}
