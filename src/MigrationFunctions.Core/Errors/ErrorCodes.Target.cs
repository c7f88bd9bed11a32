namespace MigrationFunctions.Core.Errors;

/// <summary>MIG4xxx: the target PostgreSQL.</summary>
public static partial class ErrorCodes
{
    /// <summary>The target cannot be reached.</summary>
    public const string TargetUnreachable = "MIG4001";

    /// <summary>The target refused the login or the database.</summary>
    public const string TargetLoginRefused = "MIG4002";

    /// <summary>The target refused a command.</summary>
    public const string TargetCommandFailed = "MIG4003";

    /// <summary>A deadlock, a time-out or a lost connection on the target: the same call may succeed later.</summary>
    public const string TargetTransient = "MIG4004";

    /// <summary>The server is older than PostgreSQL 14.</summary>
    public const string TargetVersionUnsupported = "MIG4005";

    /// <summary>A target table does not exist.</summary>
    public const string TargetTableMissing = "MIG4006";

    /// <summary>A role lacks privileges that a run needs.</summary>
    public const string TargetPrivilegeMissing = "MIG4007";

    /// <summary>A target table is not protected by forced row-level security.</summary>
    public const string TargetRowSecurityMissing = "MIG4008";

    /// <summary>The target database is not encoded in UTF8.</summary>
    public const string TargetEncodingUnsupported = "MIG4009";

    /// <summary>A rehearsal may write only into a database whose name says so.</summary>
    public const string TargetNotForRehearsal = "MIG4010";

    /// <summary>A batch is asked for that the ledger does not know.</summary>
    public const string TargetBatchUnknown = "MIG4011";

    /// <summary>The direct path is asked for, but row-level security applies to the role.</summary>
    public const string TargetDirectPathImpossible = "MIG4012";

    /// <summary>The target's clock differs from this machine's by more than a minute.</summary>
    public const string TargetClockSkew = "MIG4013";

    /// <summary>A connection setting of the target is missing or malformed.</summary>
    public const string TargetNotConfigured = "MIG4014";

    /// <summary>The server took another number of rows than were sent.</summary>
    public const string TargetRowCountMismatch = "MIG4015";

    /// <summary>Rows were refused on a path that cannot tell which.</summary>
    public const string TargetRowsRefused = "MIG4017";

    /// <summary>A primary key of the target table does not begin with tenant and id.</summary>
    public const string TargetKeyUnsuitable = "MIG4016";

    /// <summary>No identity of the target owns a table, so it can neither be analysed nor loaded without its
    /// indexes.</summary>
    public const string TargetOwnershipMissing = "MIG4018";

    /// <summary>Rows violate a foreign key that was made again after the load.</summary>
    public const string TargetForeignKeyViolated = "MIG4019";

    /// <summary>A role may do more than a run needs (warning).</summary>
    public const string TargetPrivilegeExcessive = "MIG4020";

    /// <summary>Another manifest has written rows of a target table (warning).</summary>
    public const string TargetTableShared = "MIG4021";

    /// <summary>A unique index spans tenants: a value of one tenant refuses a row of another (warning).</summary>
    public const string TargetUniqueAcrossTenants = "MIG4022";

    /// <summary>A trigger of a target table fires for rows that are loaded (warning).</summary>
    public const string TargetTriggerFires = "MIG4023";

    /// <summary>The policies of a target table do not keep tenants apart by the setting that names the tenant, or leave a command
    /// out.</summary>
    public const string TargetPolicyUnfit = "MIG4024";

    /// <summary>No partition of a target table takes rows of a tenant.</summary>
    public const string TargetPartitionMissing = "MIG4025";

    /// <summary>Sessions of the target are shared between transactions by a pooler.</summary>
    public const string TargetBehindPooler = "MIG4026";
}
