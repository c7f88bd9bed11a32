using System.Globalization;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Limits;

/// <summary>Decides how many writers a target can bear: additive increase, multiplicative decrease. Congestion halves the
/// window, health adds one, a lost signal takes one off, and a signal that says nothing changes nothing. Pure: the same
/// arguments give the same answer, so workers that report at once agree.</summary>
public static class Throttle
{
    // One glance at two sessions proves nothing.
    const int FewestSightings = 4;
    const double WaitingShare = 2.0 / 3;

    // The best is what the target could do lately: a table that grows is slower to write for good.
    const double BestAgesBy = 1.01;

    const string Recovering = "recovering";
    const string SessionsWait = "sessions wait";
    const string RowsAreSlow = "a row of";

    /// <summary>The state after a look at the target; the same state when none is due yet.</summary>
    /// <param name="limit">The writers that the run may have at most.</param>
    /// <param name="load">What was measured; null when it could not be.</param>
    public static ThrottleState Next(
        ThrottleState state, ThrottleOptions options, int limit, TargetLoad? load, DateTimeOffset now)
    {
        var interval = TimeSpan.FromSeconds(options.IntervalSeconds);
        if (now < state.AdjustedAt + interval)
            return state;
        var least = Math.Min(options.Minimum, limit);
        var fresh = load is not null && load.MeasuredAt > state.AdjustedAt && now - load.MeasuredAt <= interval ? load : null;
        var (window, reason) = fresh switch
        {
            null => (state.Window - 1, ThrottleState.SignalLost),
            _ when Congestion(fresh, state.Best, options.LatencyFactor) is { } why => (state.Window / 2, why),
            { MicrosecondsPerRow.Count: 0 } => (state.Window, state.Reason),
            _ when state.Window + 1 >= limit => (limit, ThrottleState.FullWindow),
            _ => (state.Window + 1, Recovering),
        };
        window = Math.Clamp(window, least, limit);
        var isSame = window == state.Window && reason == state.Reason;
        return state with
        {
            Window = window, Reason = reason, Since = isSame ? state.Since : now, AdjustedAt = now,
            Best = fresh is null ? state.Best : Age(state.Best, fresh.MicrosecondsPerRow),
        };
    }

    /// <summary>The kind of a reason, of a handful: what metrics count by.</summary>
    public static string KindOf(string reason) => reason switch
    {
        ThrottleState.FullWindow => "fullWindow",
        ThrottleState.SignalLost => "signalLost",
        Recovering => "recovering",
        _ when reason.StartsWith(SessionsWait, StringComparison.Ordinal) => "waiting",
        _ when reason.StartsWith(RowsAreSlow, StringComparison.Ordinal) => "slow",
        _ => "operator",
    };

    // Rows of one entity are compared with rows of the same: tables differ in width and in indexes.
    static string? Congestion(TargetLoad load, IReadOnlyDictionary<string, double> best, double factor)
    {
        if (load.Active >= FewestSightings && load.Waiting >= load.Active * WaitingShare)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{SessionsWait} in {100 * load.Waiting / load.Active}% of their time, mostly for {load.WaitsFor}");
        var slowest = load.MicrosecondsPerRow.Where(e => best.GetValueOrDefault(e.Key) > 0)
            .Select(e => (Entity: e.Key, Times: e.Value / best[e.Key])).OrderByDescending(e => e.Times).FirstOrDefault();
        return slowest.Times > factor
            ? string.Create(
                CultureInfo.InvariantCulture, $"{RowsAreSlow} {slowest.Entity} takes {slowest.Times:F1} times as long as at best")
            : null;
    }

    static Dictionary<string, double> Age(
        IReadOnlyDictionary<string, double> best, IReadOnlyDictionary<string, double> measured)
    {
        var aged = new Dictionary<string, double>(best);
        foreach (var (entity, now) in measured)
            aged[entity] = best.TryGetValue(entity, out var before) ? Math.Min(now, before * BestAgesBy) : now;
        return aged;
    }
}
