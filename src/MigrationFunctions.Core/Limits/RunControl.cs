using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Limits;

/// <summary>A run's limits as they are in force, and where its throttle stands. Kept in the target, so that every worker
/// heeds the same.</summary>
/// <param name="Version">Grows with every change; 0 when nothing is stored yet.</param>
public sealed record RunControl(string RunId, RunLimits Limits, ThrottleState Throttle, int Version)
{
    /// <summary>What a run begins with: the limits of its options, and the full window.</summary>
    public static RunControl Of(RunContext run, DateTimeOffset at)
    {
        var limits = RunLimits.Of(run.Options);
        return new RunControl(run.RunId, limits, ThrottleState.Full(limits.TargetWriters, at), 0);
    }

    /// <summary>Writers that are allowed now.</summary>
    public int Writers => Limits.Throttle.Mode == Manifests.ThrottleMode.Off
        ? Limits.TargetWriters
        : Math.Min(Limits.TargetWriters, Throttle.Window);

    /// <summary>Shows in the metrics what has come into force after another control.</summary>
    public void Show(string manifest, RunControl before) => Metrics.WindowChanged(
        manifest, before.Writers, Writers,
        ReferenceEquals(before.Limits, Limits) ? Core.Limits.Throttle.KindOf(Throttle.Reason) : "operator");

    /// <summary>The control with other limits. A window that was full stays full; one that was pushed down stays where it
    /// is, within the new bounds.</summary>
    public RunControl With(RunLimits limits, DateTimeOffset at)
    {
        var wasFull = Throttle.Window >= Limits.TargetWriters || Limits.Throttle.Mode == Manifests.ThrottleMode.Off;
        var least = Math.Min(limits.Throttle.Minimum, limits.TargetWriters);
        var window = wasFull ? limits.TargetWriters : Math.Clamp(Throttle.Window, least, limits.TargetWriters);
        return this with
        {
            Limits = limits,
            Throttle = window == Throttle.Window ? Throttle : Throttle with
            {
                Window = window, Since = at, Reason = wasFull ? ThrottleState.FullWindow : "limits changed by an operator",
            },
        };
    }
}
