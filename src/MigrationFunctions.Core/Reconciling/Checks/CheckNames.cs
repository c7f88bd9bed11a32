namespace MigrationFunctions.Core.Reconciling.Checks;

/// <summary>The checks beside the comparison of rows, by their stable names.</summary>
public static class CheckNames
{
    /// <summary>Rows of the target whose parent the target does not hold for the tenant.</summary>
    public const string TargetOrphans = "targetOrphans";

    /// <summary>Rows of the target that refer to a parent of another tenant.</summary>
    public const string TargetCrossTenant = "targetCrossTenant";

    /// <summary>Rows of the source whose parent the source does not hold for the tenant, beyond those that were rejected or
    /// filtered.</summary>
    public const string SourceOrphans = "sourceOrphans";

    /// <summary>Rows of the source that the source holds to be of several tenants, or that a tenant's slice has too many or too
    /// few.</summary>
    public const string SourceSlices = "sourceSlices";

    /// <summary>Legacy keys that stand under several ids of one tenant.</summary>
    public const string RepeatedLegacyId = "repeatedLegacyId";

    /// <summary>Ids that stand for several rows, of whatever tenants.</summary>
    public const string RepeatedId = "repeatedId";

    /// <summary>Rows of the target that belong to no tenant of the source.</summary>
    public const string UnlistedTenant = "unlistedTenant";

    /// <summary>Sequences of the table that stand below a value that is there already.</summary>
    public const string SequencePosition = "sequencePosition";

    /// <summary>Constraints that are not validated, and indexes that are not valid.</summary>
    public const string NotValidated = "notValidated";
}
