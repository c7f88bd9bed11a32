namespace MigrationFunctions.Core.Errors;

/// <summary>MIG3xxx: the legacy SQL Server.</summary>
public static partial class ErrorCodes
{
    /// <summary>The source cannot be reached.</summary>
    public const string SourceUnreachable = "MIG3001";

    /// <summary>The source refused the login or the database.</summary>
    public const string SourceLoginRefused = "MIG3002";

    /// <summary>The source refused a command.</summary>
    public const string SourceCommandFailed = "MIG3003";

    /// <summary>A deadlock, a time-out or a lost connection on the source: the same call may succeed later.</summary>
    public const string SourceTransient = "MIG3004";

    /// <summary>A read gave another number of rows than the source counts in the same range.</summary>
    public const string SourceShortRead = "MIG3005";

    /// <summary>A source table does not exist or may not be seen.</summary>
    public const string SourceTableMissing = "MIG3006";

    /// <summary>The login may not read a source table.</summary>
    public const string SourcePrivilegeMissing = "MIG3007";

    /// <summary>No index covers tenant and key, so that every batch would scan the table.</summary>
    public const string SourceIndexMissing = "MIG3008";

    /// <summary>The server is older than SQL Server 2012.</summary>
    public const string SourceVersionUnsupported = "MIG3009";

    /// <summary>The manifest asks for SNAPSHOT, which the database does not allow.</summary>
    public const string SourceSnapshotNotAllowed = "MIG3010";

    /// <summary>The source's clock differs from this machine's by more than a minute.</summary>
    public const string SourceClockSkew = "MIG3011";

    /// <summary>No unique index says that the key is unique within a tenant.</summary>
    public const string SourceKeyNotUnique = "MIG3012";

    /// <summary>The connection setting of the source is missing or malformed.</summary>
    public const string SourceNotConfigured = "MIG3013";

    /// <summary>The login may do more than a run needs (warning).</summary>
    public const string SourcePrivilegeExcessive = "MIG3014";

    /// <summary>Columns come masked to the login, so that masks would be copied as if they were the values.</summary>
    public const string SourceColumnsMasked = "MIG3015";

    /// <summary>A source table or view is not what it was described as: a column was added, dropped or altered, or a view was made
    /// before its tables changed.</summary>
    public const string SourceChanged = "MIG3016";

    /// <summary>The source is read-only: a readable secondary, or a copy that stands still (warning).</summary>
    public const string SourceReadOnly = "MIG3017";
}
