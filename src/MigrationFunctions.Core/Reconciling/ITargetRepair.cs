using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Puts single rows of the target right, under the tenant's own identity, so that row-level security itself refuses a
/// row of another tenant. A row that stands in the target is written over only where this manifest's ledger wrote it; every id
/// that is written is noted in the same transaction.</summary>
public interface ITargetRepair
{
    /// <summary>Applies a page in one transaction that counts what it did; of a dry run nothing but the count stays.</summary>
    Task ApplyAsync(
        string repairId, RowSlice slice, RepairPage page, RepairRequest request, CancellationToken cancellationToken);

    /// <summary>Writes rows that have an open rejection, and closes or renews the rejection, in one transaction. Rows whose
    /// rejections were closed meanwhile are left alone: a repetition does nothing.</summary>
    Task ReplayAsync(
        RejectionTry by, RowSlice slice, IReadOnlyList<SettledRow> rows, CancellationToken cancellationToken);

    /// <summary>Of rows that the target lacks, those that it refuses: written on trial, in a transaction that rolls
    /// back.</summary>
    Task<IReadOnlyList<RejectedRow>> ProbeAsync(
        RowSlice slice, IReadOnlyList<ReadOnlyMemory<byte>> tuples, CancellationToken cancellationToken);

    /// <summary>Forgets what an earlier execution of a dry run counted for the slice.</summary>
    Task ResetAsync(string repairId, RowSlice slice, CancellationToken cancellationToken);
}

/// <summary>What is to become of the rows of one key.</summary>
/// <param name="Tuple">To be written; null when there is nothing to write.</param>
/// <param name="IsThere">The target holds a row of that id, so that writing writes over it.</param>
/// <param name="Still">Rows of the key that the target cannot hold.</param>
/// <param name="End">How those of the key's open rejections end that <paramref name="Still"/> does not account for.</param>
public sealed record SettledRow(
    string LegacyKey, ReadOnlyMemory<byte>? Tuple, bool IsThere, IReadOnlyList<RejectedRow> Still, RejectionEnd End);

/// <summary>Some rows to put right.</summary>
/// <param name="Rows">Rows to be written, and rows that the target cannot hold.</param>
/// <param name="Replace">Ids among them whose row has to go first, since its legacy key is another row's.</param>
/// <param name="Delete">Rows to delete, if they are this manifest's.</param>
/// <param name="Remaining">Rows that are left alone.</param>
public sealed record RepairPage(
    IReadOnlyList<SettledRow> Rows, IReadOnlyList<Guid> Replace, IReadOnlyList<ExtraRow> Delete, long Remaining);

/// <summary>A row that the source does not account for.</summary>
/// <param name="LegacyKey">As it stands in the target.</param>
/// <param name="HasRuleId">Its id is the one that the rule gives for its legacy key.</param>
public sealed record ExtraRow(Guid Id, string LegacyKey, bool HasRuleId);

/// <summary>Who tries rejections again.</summary>
/// <param name="Id">The run's id, or the repair's.</param>
/// <param name="IsRepair">What is written counts as the repair's.</param>
public sealed record RejectionTry(string Id, bool IsRepair);

/// <summary>Repairs and what they did, in schema <c>migration</c>. Calls are idempotent.</summary>
public interface IRepairStore
{
    /// <summary>Stores a repair as requested.</summary>
    Task AddAsync(
        string repairId, string reconciliationId, RepairRequest request, DateTimeOffset at,
        CancellationToken cancellationToken);

    /// <summary>The newest repair of the reconciliation, or null.</summary>
    Task<Repair?> FindNewestAsync(string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Items of the reconciliation that have differences or open rejections.</summary>
    Task<IReadOnlyList<ReconciliationItem>> GetItemsToRepairAsync(
        string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Notes which reconciliation follows.</summary>
    Task SetFollowUpAsync(string repairId, string reconciliationId, CancellationToken cancellationToken);

    /// <summary>Ends a repair.</summary>
    Task FinishAsync(string repairId, string? failure, DateTimeOffset at, CancellationToken cancellationToken);
}
