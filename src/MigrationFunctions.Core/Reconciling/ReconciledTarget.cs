using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Reconciling.Checks;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>What comparing and repairing asks of a target.</summary>
public record ReconciledTarget
{
    /// <summary>Writes batches, reads the catalogue.</summary>
    public required ITargetDatabase Database { get; init; }

    /// <summary>Rows as they stand.</summary>
    public required ITargetRows Rows { get; init; }

    /// <summary>Asks for what ought not to be there.</summary>
    public required ITargetChecks Checks { get; init; }

    /// <summary>Reconciliations and their verdicts.</summary>
    public required IReconciliationStore Reconciliations { get; init; }

    /// <summary>What reconciliations work with.</summary>
    public required IReconciliationWork ReconciliationWork { get; init; }

    /// <summary>Repairs and what they did.</summary>
    public required IRepairStore Repairs { get; init; }

    /// <summary>Puts single rows right.</summary>
    public required ITargetRepair Repair { get; init; }

    /// <summary>Rejections that are open.</summary>
    public required IOpenRejections Rejections { get; init; }
}
