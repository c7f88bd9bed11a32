namespace MigrationFunctions.Core.Errors;

/// <summary>MIG5xxx: reconciliation and repair.</summary>
public static partial class ErrorCodes
{
    /// <summary>There is no such reconciliation.</summary>
    public const string ReconciliationNotFound = "MIG5001";

    /// <summary>A reconciliation is asked for that no target could have: dry runs leave nothing behind.</summary>
    public const string ReconciliationModeImpossible = "MIG5002";

    /// <summary>The size of a sample is out of range.</summary>
    public const string SampleSizeOutOfRange = "MIG5003";

    /// <summary>A reconciliation cannot be repaired: it has not come to its end, or a repair of it goes on.</summary>
    public const string ReconciliationNotRepairable = "MIG5004";

    /// <summary>A part of a reconciliation is asked for that was never planned.</summary>
    public const string ReconciliationUnitUnknown = "MIG5006";

    /// <summary>The parts by which a tenant's rows were read do not hold each row once: nobody knows whether all were
    /// compared.</summary>
    public const string UnitsNotCovered = "MIG5007";
}
