using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Ledger;

/// <summary>The account of a slice: sums over its done batches, what was done for its rows since, and what both sides were
/// found to hold when it was judged.</summary>
/// <param name="SourceRows">Rows that the source counted, -1 before it was asked.</param>
/// <param name="RowsWritten">Rows that batches wrote, and those that they had rejected and that were written since.</param>
/// <param name="RowsRejected">Rejections that are open.</param>
/// <param name="RowsFiltered">Rows that a rule left behind: of the batches, with what comparing every row has
/// corrected.</param>
public sealed record SliceTotals(
    string Entity, long SourceRows, int Batches, int Done, long RowsRead, long RowsWritten, long RowsRejected, long RowsFiltered)
{
    /// <summary>Rows that the target counted for the tenant; null before it was asked, and of a dry run, which leaves
    /// none.</summary>
    public long? TargetRows { get; init; }

    /// <summary>Values that a declared rule of the manifest changed, by <c>column:rule</c>.</summary>
    public IReadOnlyDictionary<string, long> Adjusted { get; init; } = BatchResult.NoneAdjusted;

    /// <summary>Rows that are in the target: as it counted them, or else as the ledger has them.</summary>
    public long RowsMigrated => TargetRows ?? RowsWritten;

    /// <summary>Source = migrated + rejected + filtered, and every planned batch is done.</summary>
    public bool IsConserved => Batches == Done && SourceRows == RowsMigrated + RowsRejected + RowsFiltered;
}
