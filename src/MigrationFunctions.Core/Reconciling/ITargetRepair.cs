using MigrationFunctions.Core.Batches;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Puts single rows of the target right, under the tenant's own identity, so that row-level security itself refuses a
/// row of another tenant.</summary>
public interface ITargetRepair
{
    /// <summary>Applies a page in one transaction that counts what it did; of a dry run nothing but the count stays.</summary>
    Task ApplyAsync(string repairId, RowSlice slice, RepairPage page, bool isDryRun, CancellationToken cancellationToken);

    /// <summary>Forgets what an earlier execution of a dry run counted for the slice.</summary>
    Task ResetAsync(string repairId, RowSlice slice, CancellationToken cancellationToken);
}

/// <summary>Some rows to put right.</summary>
/// <param name="Write">Tuples to be written over what is there.</param>
/// <param name="Replace">Ids among them whose row has to go first, since its legacy key is another row's.</param>
/// <param name="Delete">Ids of rows to delete.</param>
/// <param name="Rejected">Rows that the target cannot hold.</param>
/// <param name="Remaining">Rows that are left alone.</param>
public sealed record RepairPage(
    IReadOnlyList<ReadOnlyMemory<byte>> Write, IReadOnlyList<Guid> Replace, IReadOnlyList<Guid> Delete,
    IReadOnlyList<RejectedRow> Rejected, long Remaining);

/// <summary>Repairs and what they did, in schema <c>migration</c>. Calls are idempotent.</summary>
public interface IRepairStore
{
    /// <summary>Stores a repair as requested.</summary>
    Task AddAsync(
        string repairId, string reconciliationId, RepairRequest request, DateTimeOffset at,
        CancellationToken cancellationToken);

    /// <summary>The newest repair of the reconciliation, or null.</summary>
    Task<Repair?> FindNewestAsync(string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Items of the reconciliation that have differences.</summary>
    Task<IReadOnlyList<ReconciliationItem>> GetItemsToRepairAsync(
        string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Notes which reconciliation follows.</summary>
    Task SetFollowUpAsync(string repairId, string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Ends a repair.</summary>
    Task FinishAsync(string repairId, string? failure, DateTimeOffset at, CancellationToken cancellationToken);
}
