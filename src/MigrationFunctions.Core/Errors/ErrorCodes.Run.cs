namespace MigrationFunctions.Core.Errors;

/// <summary>MIG21xx: starting and steering runs.</summary>
public static partial class ErrorCodes
{
    /// <summary>A request names tenants that the source does not list.</summary>
    public const string UnknownTenant = "MIG2101";

    /// <summary>A request names entities that the manifest does not have.</summary>
    public const string UnknownEntity = "MIG2102";

    /// <summary>Another run holds a tenant for writing.</summary>
    public const string TenantLocked = "MIG2103";

    /// <summary>There is no such run.</summary>
    public const string RunNotFound = "MIG2104";

    /// <summary>More rows of a tenant were rejected than its limit allows.</summary>
    public const string RejectLimitExceeded = "MIG2105";

    /// <summary>A page of batches does not go on where the ledger ends.</summary>
    public const string PlanDiscontinued = "MIG2106";

    /// <summary>A finished migration is not conserved: source is not migrated + rejected + filtered.</summary>
    public const string NotConserved = "MIG2107";

    /// <summary>The source lists no tenant.</summary>
    public const string NoTenants = "MIG2108";

    /// <summary>There is no row for that key.</summary>
    public const string MappingNotFound = "MIG2109";

    /// <summary>A run cannot be steered that way in its present state.</summary>
    public const string RunNotSteerable = "MIG2110";

    /// <summary>Batches that were reported as done are not in the ledger, time and again: the target loses commits.</summary>
    public const string BatchesLost = "MIG2111";

    /// <summary>The run's limits kept changing while they were to be set.</summary>
    public const string LimitsContended = "MIG2112";

    /// <summary>A request's query asks for what is not possible.</summary>
    public const string QueryInvalid = "MIG2113";

    /// <summary>A run came to its end with parts that nobody has judged.</summary>
    public const string VerdictMissing = "MIG2114";

    /// <summary>The ranges of a slice's batches do not hold its rows: one lies in no batch, or in two.</summary>
    public const string SliceNotCovered = "MIG2115";

    /// <summary>A run selects an entity without the parents that its rows refer to, and the target does not hold them.</summary>
    public const string ParentsMissing = "MIG2116";

    /// <summary>Several tenants have keys that the source holds to be equal, so that each would get the others' rows.</summary>
    public const string TenantsEqual = "MIG2117";

    /// <summary>Tenants' slices do not read the rows that belong to them: a row is read for two tenants, or for none.</summary>
    public const string SlicesNotDisjoint = "MIG2118";

    /// <summary>A request selects by an empty list, which is nothing.</summary>
    public const string EmptySelection = "MIG2119";

    /// <summary>A request selects by a list with a member that is empty or there twice.</summary>
    public const string MalformedSelection = "MIG2120";

    /// <summary>A run or a repair that has ended is asked to go on writing.</summary>
    public const string WorkEnded = "MIG2121";

    /// <summary>A run's execution was lost, and another run has taken its tenants over.</summary>
    public const string RunTakenOver = "MIG2122";

    /// <summary>An Idempotency-Key was sent before, with another request.</summary>
    public const string IdempotencyKeyReused = "MIG2123";

    /// <summary>A state is asked to follow one that it may not follow.</summary>
    public const string IllegalMove = "MIG2124";

    /// <summary>True for the codes of failures that may heal by themselves.</summary>
    public static bool IsTransient(string code) =>
        code is SourceUnreachable or SourceTransient or SourceShortRead or TargetUnreachable or TargetTransient
            or VaultUnreachable or TokenUnavailable;

    /// <summary>True for the codes of failures by which a database, or the credential for it, cannot be used.</summary>
    public static bool IsConnection(string code) =>
        code is SourceUnreachable or SourceLoginRefused or SourceNotConfigured or SourcePrivilegeMissing
            or TargetUnreachable or TargetLoginRefused or TargetNotConfigured or TargetPrivilegeMissing
            or VaultUnreachable or SecretNotReadable or TokenUnavailable;
}
