namespace MigrationFunctions.Core.Manifests;

/// <summary>How a run goes about its work. None of these changes what ends up in the target.</summary>
public sealed record MigrationOptions
{
    /// <summary>Rows in a batch, 1 to 100,000.</summary>
    public int BatchSize { get; init; } = 20_000;

    /// <summary>Batches of one entity that run at the same time, 1 to 32.</summary>
    public int BatchWindow { get; init; } = 4;

    /// <summary>Tenants that run at the same time, 1 to 64.</summary>
    public int TenantWindow { get; init; } = 2;

    /// <summary>Readers of the source at the same time in the whole run, whatever the number of workers and the windows, 1 to
    /// 64. A batch is one, and so is a planner and a count.</summary>
    public int SourceReaders { get; init; } = 4;

    /// <summary>Writers of the target at the same time in the whole run, likewise, 1 to 64. Each batch is one.</summary>
    public int TargetWriters { get; init; } = 4;

    /// <summary>How the run spares the target.</summary>
    public ThrottleOptions Throttle { get; init; } = new();

    /// <summary>Hours in which tenants are left alone.</summary>
    public IReadOnlyList<Blackout> Blackouts { get; init; } = [];

    /// <summary>Rejected rows of one tenant beyond which the tenant stops, 0 to 1,000,000.</summary>
    public int RejectLimit { get; init; } = 1_000;

    /// <summary>How rows are written.</summary>
    public WritePath WritePath { get; init; }

    /// <summary>Isolation of each batch's read.</summary>
    public SourceIsolation Isolation { get; init; }

    /// <summary>What becomes of non-unique indexes and foreign keys while rows are loaded.</summary>
    public SecondaryIndexes SecondaryIndexes { get; init; }

    /// <summary>Whether a table without enabled and forced row-level security may be loaded for real; a start cannot override
    /// it.</summary>
    public RowSecurity RowSecurity { get; init; }

    /// <summary>Seconds that one source or target command may take, 1 to 3,600.</summary>
    public int CommandTimeoutSeconds { get; init; } = 300;
}

/// <summary>How rows are written to the target.</summary>
public enum WritePath
{
    /// <summary>Direct where the role may, staged on a violation and for retries over existing rows.</summary>
    Auto,

    /// <summary>COPY straight into the target table; the role must bypass row-level security.</summary>
    Direct,

    /// <summary>COPY into a temporary table, then INSERT ... SELECT under the tenant's row-level security.</summary>
    Staged,
}

/// <summary>Non-unique indexes of the target tables, and the foreign keys that the manifest's references check.</summary>
public enum SecondaryIndexes
{
    /// <summary>They stay. For tables that are in use, and for small loads.</summary>
    Keep,

    /// <summary>They are dropped before the first row and made again after the last, whatever becomes of the run: foreign
    /// keys as NOT VALID, then validated. For first loads of tables that nobody reads yet; a role of the target must own
    /// the tables.</summary>
    BuildAfterLoad,
}

/// <summary>Row-level security of the target tables.</summary>
public enum RowSecurity
{
    /// <summary>A full run is refused where a table would show a tenant's rows to another.</summary>
    Required,

    /// <summary>It is a warning.</summary>
    Optional,
}

/// <summary>Isolation level of reads from the source.</summary>
public enum SourceIsolation
{
    /// <summary>READ COMMITTED: the database's default.</summary>
    ReadCommitted,

    /// <summary>SNAPSHOT: needs ALLOW_SNAPSHOT_ISOLATION ON; a batch sees one instant and takes no locks.</summary>
    Snapshot,
}
