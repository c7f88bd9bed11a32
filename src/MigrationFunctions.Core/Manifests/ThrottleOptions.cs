namespace MigrationFunctions.Core.Manifests;

/// <summary>How a run spares a target that it shares with others: the number of writers is halved when batches slow down
/// or the target's sessions wait, and raised by one when all is well.</summary>
public sealed record ThrottleOptions
{
    /// <summary>Whether the number of writers follows the target's state.</summary>
    public ThrottleMode Mode { get; init; }

    /// <summary>Writers that are always allowed, 1 to 64.</summary>
    public int Minimum { get; init; } = 1;

    /// <summary>A row may take this many times as long as at the run's best before the target counts as congested, 1.5 to
    /// 100. Lanes share the target's processors, so a value near the number of writers is usual.</summary>
    public double LatencyFactor { get; init; } = 4;

    /// <summary>Seconds between two adjustments, 1 to 600.</summary>
    public int IntervalSeconds { get; init; } = 10;
}

/// <summary>Whether a run follows the target's state.</summary>
public enum ThrottleMode
{
    /// <summary>The number of writers goes down when the target is congested or cannot be asked, and up again.</summary>
    Adaptive,

    /// <summary>Always as many writers as <c>targetWriters</c> allows.</summary>
    Off,
}

/// <summary>The parts of the throttle that one request sets; null leaves what there is.</summary>
public sealed record ThrottleOverrides
{
    /// <inheritdoc cref="ThrottleOptions.Mode"/>
    public ThrottleMode? Mode { get; init; }

    /// <inheritdoc cref="ThrottleOptions.Minimum"/>
    public int? Minimum { get; init; }

    /// <inheritdoc cref="ThrottleOptions.LatencyFactor"/>
    public double? LatencyFactor { get; init; }

    /// <inheritdoc cref="ThrottleOptions.IntervalSeconds"/>
    public int? IntervalSeconds { get; init; }

    /// <summary>The options with what is set here put in their place.</summary>
    public ThrottleOptions Apply(ThrottleOptions options) => options with
    {
        Mode = Mode ?? options.Mode,
        Minimum = Minimum ?? options.Minimum,
        LatencyFactor = LatencyFactor ?? options.LatencyFactor,
        IntervalSeconds = IntervalSeconds ?? options.IntervalSeconds,
    };
}
