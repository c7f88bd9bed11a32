using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>A run's figures, asked of what is committed.</summary>
static class RunProgressQuery
{
    public static async Task<RunProgress?> ReadAsync(
        NpgsqlConnection connection, string runId, CancellationToken cancellationToken)
    {
        var run = await connection.QuerySingleOrDefaultAsync<RunRow>(new CommandDefinition(
            $"{RunSql} WHERE run_id = @runId", new { runId }, cancellationToken: cancellationToken));
        if (run is null)
            return null;
        var parameters = new { runId, run.Ledger, run.Manifest };
        var unassigned = await connection.QueryAsync<(string Entity, long Rows)>(new CommandDefinition(
            "SELECT entity, rows FROM migration.run_unassigned WHERE run_id = @runId", parameters,
            cancellationToken: cancellationToken));
        var tenants = await connection.QueryAsync<TenantRow>(new CommandDefinition(
            """
            SELECT tenant_key AS Key, tenant_id AS Id, name AS Name, state AS State, failure AS Failure
            FROM migration.run_tenant WHERE run_id = @runId ORDER BY ordinal
            """, parameters, cancellationToken: cancellationToken));
        var slices = (await connection.QueryAsync<SliceTotalsRow>(
            new CommandDefinition(SlicesSql, parameters, cancellationToken: cancellationToken)))
            .ToLookup(s => s.TenantId);
        return new RunProgress(
            Summary(run), run.Failure,
            JsonSerializer.Deserialize<List<Problem>>(run.Findings, ManifestJson.Options)!,
            unassigned.ToDictionary(u => u.Entity, u => u.Rows),
            tenants.Select(t => new TenantProgress(
                t.Key, t.Id, t.Name, t.State, t.Failure, slices[t.Id].Select(s => s.ToTotals()).ToList())).ToList());
    }

    public static async Task<IReadOnlyList<RunSummary>> ListAsync(
        NpgsqlConnection connection, int count, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<RunRow>(new CommandDefinition(
            $"{RunSql} ORDER BY requested_at DESC LIMIT @count", new { count }, cancellationToken: cancellationToken)))
        .Select(Summary).ToList();

    static RunSummary Summary(RunRow run) => new(
        run.RunId, run.Manifest, Enum.Parse<RunMode>(run.Mode), run.State,
        new DateTimeOffset(run.RequestedAt), run.FinishedAt is { } at ? new DateTimeOffset(at) : null);

    const string RunSql =
        """
        SELECT run_id AS RunId, manifest AS Manifest, mode AS Mode, ledger AS Ledger, state AS State,
               failure AS Failure, findings AS Findings, requested_at AS RequestedAt, finished_at AS FinishedAt
        FROM migration.run
        """;

    const string SlicesSql =
        $"""
        SELECT e.tenant_id AS TenantId, e.entity AS Entity, coalesce(e.source_rows, -1) AS SourceRows,
               {SliceTotalsRow.Sums},
               {SliceTotalsRow.AdjustedSum}
        FROM migration.entity_state AS e
        JOIN migration.run_tenant AS t ON t.run_id = @runId AND t.tenant_id = e.tenant_id
        LEFT JOIN migration.batch_state AS b
          ON (b.ledger, b.manifest, b.tenant_id, b.entity) = (e.ledger, e.manifest, e.tenant_id, e.entity)
        WHERE e.ledger = @Ledger AND e.manifest = @Manifest
        GROUP BY e.ledger, e.manifest, e.tenant_id, e.entity, e.source_rows
        ORDER BY min(b.planned_at) NULLS FIRST, e.entity
        """;

    sealed class RunRow
    {
        public string RunId { get; init; } = "";
        public string Manifest { get; init; } = "";
        public string Mode { get; init; } = "";
        public string Ledger { get; init; } = "";
        public string State { get; init; } = "";
        public string? Failure { get; init; }
        public string Findings { get; init; } = "[]";
        public DateTime RequestedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
    }

    sealed class TenantRow
    {
        public string Key { get; init; } = "";
        public Guid Id { get; init; }
        public string? Name { get; init; }
        public string State { get; init; } = "";
        public string? Failure { get; init; }
    }
}
