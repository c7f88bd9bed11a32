using System.Text.Json;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>A slice's sums as queries over the ledger return them.</summary>
class SliceTotalsRow
{
    public Guid TenantId { get; init; }
    public string Entity { get; init; } = "";
    public int Batches { get; init; }
    public int Done { get; init; }
    public long RowsRead { get; init; }
    public long RowsWritten { get; init; }
    public long RowsFiltered { get; init; }

    /// <summary>What migration.entity_state has of it.</summary>
    public SliceStateRow State { get; set; } = new();

    /// <summary>What became of its rejections.</summary>
    public RejectionsRow Rejections { get; set; } = new();

    /// <summary>Sums of the rules' adjustments as a JSON object, null for none.</summary>
    public string? Adjusted { get; set; }

    /// <summary>Sums over migration.batch_state <c>b</c>.</summary>
    public const string Sums =
        """
        b.tenant_id AS TenantId, b.entity AS Entity,
        count(*)::int AS Batches, count(*) FILTER (WHERE b.state = 'done')::int AS Done,
        coalesce(sum(b.rows_read), 0)::bigint AS RowsRead,
        coalesce(sum(b.rows_written), 0)::bigint AS RowsWritten,
        coalesce(sum(b.rows_filtered), 0)::bigint AS RowsFiltered
        """;

    public SliceTotals ToTotals()
    {
        var totals = new SliceTotals(
            Entity, State.SourceRows, Batches, Done, RowsRead, RowsWritten + Rejections.Written, Rejections.Open,
            RowsFiltered + State.FilteredCorrection)
        {
            TargetRows = State.TargetRows,
        };
        return Adjusted is null
            ? totals
            : totals with { Adjusted = JsonSerializer.Deserialize<Dictionary<string, long>>(Adjusted)! };
    }
}

/// <summary>A slice's row of migration.entity_state.</summary>
sealed class SliceStateRow
{
    public Guid TenantId { get; init; }
    public string Entity { get; init; } = "";
    public long SourceRows { get; init; } = -1;
    public long? TargetRows { get; init; }
    public long FilteredCorrection { get; init; }

    /// <summary>The run that has planned it to the end, null for none.</summary>
    public string? EndedBy { get; init; }
}

/// <summary>A slice's rejections: those that are open, and those of batches whose rows were written since.</summary>
sealed class RejectionsRow
{
    public Guid TenantId { get; init; }
    public string Entity { get; init; } = "";
    public long Open { get; init; }
    public long Written { get; init; }
}
