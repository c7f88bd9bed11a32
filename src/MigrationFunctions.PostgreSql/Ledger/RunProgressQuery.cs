using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

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
        var parameters = new { runId, run.Ledger, run.Manifest, since = run.Now - LiveFigures.Window };
        var unassigned = await connection.QueryAsync<(string Entity, long Rows)>(new CommandDefinition(
            "SELECT entity, rows FROM migration.run_unassigned WHERE run_id = @runId ORDER BY entity", parameters,
            cancellationToken: cancellationToken));
        var tenants = await connection.QueryAsync<TenantRow>(new CommandDefinition(
            """
            SELECT tenant_key AS Key, tenant_id AS Id, name AS Name, state AS State, failure AS Failure
            FROM migration.run_tenant WHERE run_id = @runId ORDER BY ordinal
            """, parameters, cancellationToken: cancellationToken));
        var slices = await SliceProgressQuery.ReadAsync(connection, parameters, cancellationToken);
        var account = run.Account is { } json ? JsonSerializer.Deserialize<Dictionary<Guid, List<SliceTotals>>>(json) : null;
        var expected = (await connection.QueryAsync<(Guid TenantId, string Entity, long Rows)>(new CommandDefinition(
            "SELECT tenant_id, entity, source_rows FROM migration.run_slice WHERE run_id = @runId", parameters,
            cancellationToken: cancellationToken)))
            .ToLookup(e => e.TenantId, e => (e.Entity, e.Rows));
        return new RunProgress(
            Summary(run), run.Failure,
            StoredJson.Read<List<Problem>>(run.Findings),
            unassigned.ToDictionary(u => u.Entity, u => u.Rows),
            tenants.Select(t => new TenantProgress(
                t.Key, t.Id, t.Name, t.State, t.Failure, account is null ? slices[t.Id].Select(s => s.ToTotals()).ToList() : account.GetValueOrDefault(t.Id, []))
            {
                Work = WorkOf(t.Key, runId, slices[t.Id], expected[t.Id]),
            }).ToList())
        {
            At = run.Now,
        };
    }

    /// <summary>The run's slices by tenant as the ledger has them now, or null when the run has ended or is none.</summary>
    public static async Task<Dictionary<Guid, List<SliceTotals>>?> ReadAccountAsync(
        NpgsqlConnection connection, string runId, CancellationToken cancellationToken)
    {
        if (await ReadAsync(connection, runId, cancellationToken) is not { Run.FinishedAt: null } progress)
            return null;
        return progress.Tenants.ToDictionary(t => t.TenantId, t => t.Entities.ToList());
    }

    public static async Task<IReadOnlyList<RunSummary>> ListAsync(
        NpgsqlConnection connection, int count, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<RunRow>(new CommandDefinition(
            $"{RunSql} ORDER BY requested_at DESC LIMIT @count", new { count }, cancellationToken: cancellationToken)))
        .Select(Summary).ToList();

    // Slices that the run has not come to yet have a count of the source at most.
    static List<SliceWork> WorkOf(
        string tenant, string runId, IEnumerable<SliceProgressRow> slices, IEnumerable<(string Entity, long Rows)> expected)
    {
        var counted = expected.ToDictionary(e => e.Entity, e => e.Rows, StringComparer.Ordinal);
        var work = slices.Select(
            s => s.ToWork(tenant, runId, counted.Remove(s.Entity, out var rows) ? rows : null)).ToList();
        work.AddRange(counted.Select(c => new SliceWork(tenant, c.Key, c.Value)));
        return work;
    }

    static RunSummary Summary(RunRow run) => new(
        run.RunId, run.Manifest, Enum.Parse<RunMode>(run.Mode), run.State,
        new DateTimeOffset(run.RequestedAt), run.FinishedAt is { } at ? new DateTimeOffset(at) : null);

    const string RunSql =
        """
        SELECT run_id AS RunId, manifest AS Manifest, mode AS Mode, ledger AS Ledger,
               CASE WHEN finished_at IS NULL AND ending = 'terminated' THEN 'terminating' ELSE state END AS State,
               failure AS Failure, findings AS Findings, requested_at AS RequestedAt, finished_at AS FinishedAt,
               account AS Account, clock_timestamp() AS Now
        FROM migration.run
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
        public string? Account { get; init; }
        public DateTime Now { get; init; }
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
