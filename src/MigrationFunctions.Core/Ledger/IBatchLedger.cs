using MigrationFunctions.Core.Batches;

namespace MigrationFunctions.Core.Ledger;

/// <summary>What is planned and what is done: the truth of what the target holds. A batch's row turns <c>done</c> in the
/// same transaction as its data.</summary>
public interface IBatchLedger
{
    /// <summary>Where planning stands.</summary>
    Task<SlicePlan> GetPlanAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>Numbers of planned batches that are not done, after a number, in order.</summary>
    Task<IReadOnlyList<int>> GetPendingAsync(Slice slice, int afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>Adds planned batches after the last one. A repetition of the same page changes nothing; a page that does
    /// not continue the last boundary is refused (MIG2021).</summary>
    Task PlanAsync(Slice slice, IReadOnlyList<BatchRange> batches, bool isLast, CancellationToken cancellationToken);

    /// <summary>Makes all that was committed so far survive a crash of the server: batches may commit without waiting for
    /// the disk. What the ledger says after it is final.</summary>
    Task FlushAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>Stores how many rows the source has for the slice.</summary>
    Task SetSourceRowsAsync(Slice slice, long rows, CancellationToken cancellationToken);

    /// <summary>The sums of each of a tenant's slices over their done batches: what one tenant's end asks for, whatever the
    /// number of the others.</summary>
    Task<IReadOnlyList<SliceTotals>> GetTenantTotalsAsync(
        string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Rows that this tenant has had rejected so far, in all entities.</summary>
    Task<long> CountRejectedAsync(string ledger, string manifest, Guid tenantId, CancellationToken cancellationToken);
}

/// <summary>Where the planning of a slice stands.</summary>
/// <param name="LastNumber">Number of the last planned batch, 0 before the first.</param>
/// <param name="LastUpTo">Boundary of the last planned batch.</param>
/// <param name="IsComplete">The source had no more rows after it.</param>
public sealed record SlicePlan(int LastNumber, string? LastUpTo, bool IsComplete);

/// <summary>Sums over a slice's done batches.</summary>
/// <param name="SourceRows">Rows that the source counted, -1 before it was asked.</param>
public sealed record SliceTotals(
    string Entity, long SourceRows, int Batches, int Done, long RowsRead, long RowsWritten, long RowsRejected, long RowsFiltered)
{
    /// <summary>Values that a declared rule of the manifest changed, by <c>column:rule</c>.</summary>
    public IReadOnlyDictionary<string, long> Adjusted { get; init; } = BatchResult.NoneAdjusted;

    /// <summary>Source = migrated + rejected + filtered, and every planned batch is done.</summary>
    public bool IsConserved => Batches == Done && SourceRows == RowsWritten + RowsRejected + RowsFiltered;
}
