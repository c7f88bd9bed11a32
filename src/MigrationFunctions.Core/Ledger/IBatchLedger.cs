using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Ledger;

/// <summary>What is planned and what is done: the truth of what the batches have written. A batch's row turns <c>done</c> in
/// the same transaction as its data.</summary>
public interface IBatchLedger
{
    /// <summary>Where planning stands.</summary>
    Task<SlicePlan> GetPlanAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>Numbers of planned batches that are not done, after a number, in order.</summary>
    Task<IReadOnlyList<int>> GetPendingAsync(Slice slice, int afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>Batches that are done, after a number, in order.</summary>
    Task<IReadOnlyList<DoneBatch>> GetDoneAsync(Slice slice, int afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>Adds planned batches after the last one; whatever run had planned to the end has not any more. A repetition
    /// of the same page changes nothing; a page that does not continue the last boundary is refused (MIG2106).</summary>
    Task PlanAsync(Slice slice, IReadOnlyList<BatchRange> batches, CancellationToken cancellationToken);

    /// <summary>Records that the run found no row behind the batch of this number, and forgets the counts of an earlier
    /// verdict. Nothing happens when batches were planned behind it since, or when the run has recorded it before.</summary>
    Task EndPlanAsync(Slice slice, int lastNumber, string runId, CancellationToken cancellationToken);

    /// <summary>Makes all that was committed so far survive a crash of the server: batches may commit without waiting for
    /// the disk. What the ledger says after it is final.</summary>
    Task FlushAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>Stores how many rows both sides hold of the slice, by which it is judged.</summary>
    /// <param name="target">Null where nothing stays in the target.</param>
    Task SetCountsAsync(Slice slice, long source, long? target, CancellationToken cancellationToken);

    /// <summary>The sums of one slice.</summary>
    Task<SliceTotals> GetTotalsAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>The sums of each of a tenant's slices: what one tenant's end asks for, whatever the number of the
    /// others.</summary>
    Task<IReadOnlyList<SliceTotals>> GetTenantTotalsAsync(
        string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Open rejections of a tenant's rows, in all entities, that this run has made or tried again. Rows that an
    /// earlier run left rejected and nobody has tried since are no news of this one.</summary>
    Task<long> CountRejectedAsync(
        string ledger, string manifest, Guid tenantId, string runId, CancellationToken cancellationToken);
}

/// <summary>Where the planning of a slice stands.</summary>
/// <param name="LastNumber">Number of the last planned batch, 0 before the first.</param>
/// <param name="LastUpTo">Boundary of the last planned batch.</param>
/// <param name="EndedBy">The run that found no more rows after it; null when none has. Rows may have come since, so another
/// run looks for itself.</param>
public sealed record SlicePlan(int LastNumber, string? LastUpTo, string? EndedBy);

/// <summary>A batch that is done, and how many rows it had when it was read.</summary>
public sealed record DoneBatch(BatchRange Range, long RowsRead);
