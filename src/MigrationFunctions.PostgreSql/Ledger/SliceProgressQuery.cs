using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>The slices of a ledger with what one run has done of them.</summary>
static class SliceProgressQuery
{
    const string Sums =
        $"""
        min(b.planned_at) AS PlannedAt,
        {SliceTotalsRow.Sums},
        {SliceProgressRow.RunSums}
        """;

    /// <returns>In the order in which they were begun; those of which nothing is planned at the end.</returns>
    public static async Task<ILookup<Guid, SliceProgressRow>> ReadAsync(
        NpgsqlConnection connection, object parameters, CancellationToken cancellationToken) =>
        (await SliceTotalsQuery.ReadAsync<SliceProgressRow>(
            connection, Sums, SliceTotalsQuery.OfLedger, parameters, cancellationToken))
        .OrderBy(s => s.PlannedAt ?? DateTime.MaxValue).ThenBy(s => s.Entity, StringComparer.Ordinal)
        .ToLookup(s => s.TenantId);
}
