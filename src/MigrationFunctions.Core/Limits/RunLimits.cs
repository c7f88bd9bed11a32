using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Limits;

/// <summary>The options that bound a run's work and may be changed while it goes on.</summary>
public sealed record RunLimits(
    int SourceReaders, int TargetWriters, int BatchWindow, int TenantWindow, int RejectLimit, ThrottleOptions Throttle,
    IReadOnlyList<Blackout> Blackouts)
{
    public static RunLimits Of(MigrationOptions options) => new(
        options.SourceReaders, options.TargetWriters, options.BatchWindow, options.TenantWindow, options.RejectLimit,
        options.Throttle, options.Blackouts);

    /// <summary>The options with these limits put in their place: what the validator checks.</summary>
    public MigrationOptions In(MigrationOptions options) => options with
    {
        SourceReaders = SourceReaders, TargetWriters = TargetWriters, BatchWindow = BatchWindow,
        TenantWindow = TenantWindow, RejectLimit = RejectLimit, Throttle = Throttle, Blackouts = Blackouts,
    };
}

/// <summary>What to change of a run's limits; null leaves what is in force. The body of
/// <c>PATCH /migrations/{runId}</c>.</summary>
public sealed record RunLimitsChange
{
    /// <inheritdoc cref="MigrationOptions.SourceReaders"/>
    public int? SourceReaders { get; init; }

    /// <inheritdoc cref="MigrationOptions.TargetWriters"/>
    public int? TargetWriters { get; init; }

    /// <inheritdoc cref="MigrationOptions.BatchWindow"/>
    public int? BatchWindow { get; init; }

    /// <inheritdoc cref="MigrationOptions.TenantWindow"/>
    public int? TenantWindow { get; init; }

    /// <inheritdoc cref="MigrationOptions.RejectLimit"/>
    public int? RejectLimit { get; init; }

    /// <inheritdoc cref="MigrationOptions.Throttle"/>
    public ThrottleOverrides? Throttle { get; init; }

    /// <summary>All blackouts from now on; an empty list lifts them.</summary>
    public IReadOnlyList<Blackout>? Blackouts { get; init; }

    public RunLimits Apply(RunLimits limits) => new(
        SourceReaders ?? limits.SourceReaders, TargetWriters ?? limits.TargetWriters, BatchWindow ?? limits.BatchWindow,
        TenantWindow ?? limits.TenantWindow, RejectLimit ?? limits.RejectLimit,
        Throttle?.Apply(limits.Throttle) ?? limits.Throttle, Blackouts ?? limits.Blackouts);
}
