using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Limits;

/// <summary>The run-wide limits in the target. Slots are locks of transactions there, so those of a worker that dies are
/// free at once, and they count whatever the number of workers. A lowered limit holds as soon as those above it have
/// ended.</summary>
public interface IRunLimits
{
    /// <summary>What is in force now.</summary>
    Task<RunControl> GetAsync(RunContext run, CancellationToken cancellationToken);

    /// <summary>Puts a control in force unless another one has come in between, and records in the audit log who
    /// asked for what.</summary>
    /// <param name="next">Made from what <see cref="GetAsync"/> answered, with its version.</param>
    /// <param name="audit">What was asked for, or null for no record.</param>
    /// <returns>False, with nothing changed, when the control is no longer the one that it was made from.</returns>
    Task<bool> TryChangeAsync(
        RunContext run, RunControl next, AuditEntry? audit, CancellationToken cancellationToken);

    /// <summary>Takes a reader's slot; disposing gives it back. Null when none is free.</summary>
    Task<IAsyncDisposable?> TryTakeReaderAsync(RunContext run, CancellationToken cancellationToken);

    /// <summary>Takes a reader's slot of every run that has not ended, for work that belongs to none of them; disposing gives them
    /// back. Null when one of the runs has none to spare.</summary>
    Task<IAsyncDisposable?> TryTakeReaderBesideRunsAsync(CancellationToken cancellationToken);

    /// <summary>Whether a slot of the kind was free a moment ago.</summary>
    Task<bool> HasFreeAsync(RunContext run, SlotKind kind, CancellationToken cancellationToken);

    /// <summary>Looks at the run's sessions for a fraction of a second and at the batches that ended since a
    /// moment.</summary>
    /// <exception cref="Errors.MigrationException">The target cannot be asked.</exception>
    Task<TargetLoad> MeasureAsync(RunContext run, DateTimeOffset since, CancellationToken cancellationToken);
}
