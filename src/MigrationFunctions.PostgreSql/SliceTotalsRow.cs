using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.PostgreSql;

/// <summary>A slice's sums as queries over the ledger return them.</summary>
sealed class SliceTotalsRow
{
    public Guid TenantId { get; init; }
    public string Entity { get; init; } = "";
    public long SourceRows { get; init; }
    public int Batches { get; init; }
    public int Done { get; init; }
    public long RowsRead { get; init; }
    public long RowsWritten { get; init; }
    public long RowsRejected { get; init; }
    public long RowsFiltered { get; init; }

    public SliceTotals ToTotals() => new(
        Entity, SourceRows, Batches, Done, RowsRead, RowsWritten, RowsRejected, RowsFiltered);
}
