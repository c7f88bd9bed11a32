using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Targets;

/// <summary>Views in the target by which an auditor sees for himself: counts, orphans, changed and rejected values, the
/// newest reconciliation.</summary>
public interface IValidationViews
{
    /// <summary>Makes the views what the run's manifest says, for the ledger that it writes; those of entities that left the
    /// manifest go. All or nothing, and nothing when all is as it should be.</summary>
    /// <exception cref="Errors.MigrationException">MIG4xxx: the target's tables or rights do not allow it.</exception>
    Task RefreshAsync(RunContext run, CancellationToken cancellationToken);
}
