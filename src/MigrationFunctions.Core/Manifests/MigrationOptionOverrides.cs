namespace MigrationFunctions.Core.Manifests;

/// <summary>The options that one start sets differently from its manifest; null leaves the manifest's. Checked by
/// applying them and validating the result: <c>ManifestValidator.Validate(overrides.Apply(manifest.Options),
/// manifest.Tenants, "options")</c>.</summary>
public sealed record MigrationOptionOverrides
{
    /// <inheritdoc cref="MigrationOptions.BatchSize"/>
    public int? BatchSize { get; init; }

    /// <inheritdoc cref="MigrationOptions.BatchWindow"/>
    public int? BatchWindow { get; init; }

    /// <inheritdoc cref="MigrationOptions.TenantWindow"/>
    public int? TenantWindow { get; init; }

    /// <inheritdoc cref="MigrationOptions.SourceReaders"/>
    public int? SourceReaders { get; init; }

    /// <inheritdoc cref="MigrationOptions.TargetWriters"/>
    public int? TargetWriters { get; init; }

    /// <inheritdoc cref="MigrationOptions.Throttle"/>
    public ThrottleOverrides? Throttle { get; init; }

    /// <inheritdoc cref="MigrationOptions.Blackouts"/>
    public IReadOnlyList<Blackout>? Blackouts { get; init; }

    /// <inheritdoc cref="MigrationOptions.RejectLimit"/>
    public int? RejectLimit { get; init; }

    /// <inheritdoc cref="MigrationOptions.WritePath"/>
    public WritePath? WritePath { get; init; }

    /// <inheritdoc cref="MigrationOptions.Isolation"/>
    public SourceIsolation? Isolation { get; init; }

    /// <inheritdoc cref="MigrationOptions.SecondaryIndexes"/>
    public SecondaryIndexes? SecondaryIndexes { get; init; }

    /// <inheritdoc cref="MigrationOptions.CommandTimeoutSeconds"/>
    public int? CommandTimeoutSeconds { get; init; }

    /// <summary>The options with what is set here put in their place.</summary>
    public MigrationOptions Apply(MigrationOptions options) => options with
    {
        BatchSize = BatchSize ?? options.BatchSize,
        BatchWindow = BatchWindow ?? options.BatchWindow,
        TenantWindow = TenantWindow ?? options.TenantWindow,
        SourceReaders = SourceReaders ?? options.SourceReaders,
        TargetWriters = TargetWriters ?? options.TargetWriters,
        Throttle = Throttle?.Apply(options.Throttle) ?? options.Throttle,
        Blackouts = Blackouts ?? options.Blackouts,
        RejectLimit = RejectLimit ?? options.RejectLimit,
        WritePath = WritePath ?? options.WritePath,
        Isolation = Isolation ?? options.Isolation,
        SecondaryIndexes = SecondaryIndexes ?? options.SecondaryIndexes,
        CommandTimeoutSeconds = CommandTimeoutSeconds ?? options.CommandTimeoutSeconds,
    };
}
