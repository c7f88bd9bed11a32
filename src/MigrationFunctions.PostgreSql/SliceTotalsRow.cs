using System.Text.Json;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.PostgreSql;

/// <summary>A slice's sums as queries over the ledger return them.</summary>
class SliceTotalsRow
{
    public Guid TenantId { get; init; }
    public string Entity { get; init; } = "";
    public long SourceRows { get; set; }
    public int Batches { get; init; }
    public int Done { get; init; }
    public long RowsRead { get; init; }
    public long RowsWritten { get; init; }
    public long RowsRejected { get; init; }
    public long RowsFiltered { get; init; }

    /// <summary>Sums of the rules' adjustments as a JSON object, NULL for none.</summary>
    public string? Adjusted { get; set; }

    /// <summary>Sums over joined batches <c>b</c>.</summary>
    public const string Sums =
        """
        count(b.batch_no)::int AS Batches, count(*) FILTER (WHERE b.state = 'done')::int AS Done,
        coalesce(sum(b.rows_read), 0)::bigint AS RowsRead,
        coalesce(sum(b.rows_written), 0)::bigint AS RowsWritten,
        coalesce(sum(b.rows_rejected), 0)::bigint AS RowsRejected,
        coalesce(sum(b.rows_filtered), 0)::bigint AS RowsFiltered
        """;

    /// <summary>Adjustments of the slice that <c>e</c>, a row of migration.entity_state, stands for.</summary>
    public const string AdjustedSum =
        """
        (SELECT jsonb_object_agg(rule, number)::text FROM (
           SELECT rule, sum(number::bigint) AS number
           FROM migration.batch_state AS a, jsonb_each_text(a.adjusted) AS each(rule, number)
           WHERE (a.ledger, a.manifest, a.tenant_id, a.entity) = (e.ledger, e.manifest, e.tenant_id, e.entity)
             AND a.adjusted IS NOT NULL
           GROUP BY rule) AS sums) AS Adjusted
        """;

    public SliceTotals ToTotals()
    {
        var totals = new SliceTotals(
            Entity, SourceRows, Batches, Done, RowsRead, RowsWritten, RowsRejected, RowsFiltered);
        return Adjusted is null
            ? totals
            : totals with { Adjusted = JsonSerializer.Deserialize<Dictionary<string, long>>(Adjusted)! };
    }
}
