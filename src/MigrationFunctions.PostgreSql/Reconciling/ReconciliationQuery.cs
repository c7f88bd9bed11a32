using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Reads reconciliations as they are stored.</summary>
static class ReconciliationQuery
{
    const string SummarySql =
        """
        SELECT reconciliation_id AS Id, manifest AS Manifest, mode AS Mode, depth AS Depth, trigger AS Trigger, state AS State,
               is_equal AS IsEqual, failure AS Failure, seed AS Seed, requested_at AS RequestedAt, finished_at AS FinishedAt,
               verdict AS Verdict, unknown AS Unknown
        FROM migration.reconciliation
        """;

    /// <summary>A reconciliation with what is known so far, or null.</summary>
    /// <param name="differencesOfSlice">Differences of each tenant and entity, at most.</param>
    public static async Task<Reconciliation?> GetAsync(
        NpgsqlConnection connection, string id, int differencesOfSlice, CancellationToken cancellationToken)
    {
        var summary = await connection.QuerySingleOrDefaultAsync<SummaryRow>(Command(
            $"{SummarySql} WHERE reconciliation_id = @id"));
        if (summary is null)
            return null;
        var slices = await connection.QueryAsync<SliceRow>(Command(
            """
            SELECT tenant_key AS Tenant, tenant_id AS TenantId, tenant_name AS TenantName, entity AS Entity,
                   source_rows AS SourceRows, source_deleted AS SourceDeleted, target_rows AS TargetRows,
                   target_deleted AS TargetDeleted, rejected + refused AS Rejected, filtered AS Filtered, compared AS Compared,
                   missing AS Missing, extra AS Extra, different AS Different, unresolved AS Unresolved,
                   source_digest AS SourceDigest, target_digest AS TargetDigest, adjusted AS Adjusted,
                   is_equal AS IsEqual, failure AS Failure
            FROM migration.reconciliation_item WHERE reconciliation_id = @id ORDER BY ordinal
            """));
        var checks = await connection.QueryAsync<CheckRow>(Command(
            """
            SELECT check_name AS Name, entity AS Entity, nullif(tenant, '') AS Tenant, found AS Found, detail AS Detail
            FROM migration.reconciliation_check WHERE reconciliation_id = @id ORDER BY entity, check_name, tenant
            """));
        var differences = await connection.QueryAsync<DifferenceRow>(Command(
            """
            SELECT i.tenant_key AS Tenant, d.entity AS Entity, d.legacy_key AS LegacyKey, d.target_id AS TargetId,
                   d.kind AS Kind, d.columns AS Columns
            FROM (
              SELECT *, row_number() OVER (PARTITION BY tenant_id, entity ORDER BY target_id, legacy_key) AS nth
              FROM migration.reconciliation_difference WHERE reconciliation_id = @id) AS d
            JOIN migration.reconciliation_item AS i USING (reconciliation_id, tenant_id, entity)
            WHERE d.nth <= @differencesOfSlice ORDER BY i.ordinal, d.nth
            """));
        return new Reconciliation(
            summary.ToSummary(), [.. slices.Select(s => s.ToSlice())], [.. checks.Select(c => c.ToCheck())],
            [.. differences.Select(d => d.ToDifference())]);

        CommandDefinition Command(string sql) =>
            new(sql, new { id, differencesOfSlice }, cancellationToken: cancellationToken);
    }

    /// <summary>The newest reconciliations.</summary>
    public static async Task<IReadOnlyList<ReconciliationSummary>> ListAsync(
        NpgsqlConnection connection, int count, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<SummaryRow>(new CommandDefinition(
            $"{SummarySql} ORDER BY requested_at DESC LIMIT @count", new { count }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToSummary())];
    }

    sealed class SummaryRow
    {
        public string Id { get; init; } = "";
        public string Manifest { get; init; } = "";
        public string Mode { get; init; } = "";
        public string Depth { get; init; } = "";
        public string Trigger { get; init; } = "";
        public string State { get; init; } = "";
        public bool? IsEqual { get; init; }
        public string? Failure { get; init; }
        public int Seed { get; init; }
        public DateTime RequestedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public string? Verdict { get; init; }
        public string Unknown { get; init; } = "[]";

        public ReconciliationSummary ToSummary() => new(
            Id, Manifest, Enum.Parse<RunMode>(Mode), Enum.Parse<ReconciliationDepth>(Depth), Trigger, State, IsEqual, Failure,
            Seed, RequestedAt, FinishedAt)
        {
            Verdict = Verdict is null ? null : Enum.Parse<ReconciliationVerdict>(Verdict),
            Unknown = JsonSerializer.Deserialize<List<string>>(Unknown)!,
        };
    }

    sealed class SliceRow
    {
        public string Tenant { get; init; } = "";
        public Guid TenantId { get; init; }
        public string? TenantName { get; init; }
        public string Entity { get; init; } = "";
        public long SourceRows { get; init; }
        public long? SourceDeleted { get; init; }
        public long TargetRows { get; init; }
        public long? TargetDeleted { get; init; }
        public long Rejected { get; init; }
        public long Filtered { get; init; }
        public long Compared { get; init; }
        public long Missing { get; init; }
        public long Extra { get; init; }
        public long Different { get; init; }
        public long Unresolved { get; init; }
        public string? SourceDigest { get; init; }
        public string? TargetDigest { get; init; }
        public string? Adjusted { get; init; }
        public bool? IsEqual { get; init; }
        public string? Failure { get; init; }

        public ReconciledSlice ToSlice() => new(
            Tenant, TenantId, TenantName, Entity, new SideCount(SourceRows, SourceDeleted),
            new SideCount(TargetRows, TargetDeleted), Rejected, Filtered, Compared, Missing, Extra, Different, Unresolved,
            SourceDigest, TargetDigest,
            Adjusted is null ? null : JsonSerializer.Deserialize<Dictionary<string, long>>(Adjusted), IsEqual, Failure);
    }

    sealed class CheckRow
    {
        public string Name { get; init; } = "";
        public string Entity { get; init; } = "";
        public string? Tenant { get; init; }
        public long Found { get; init; }
        public string Detail { get; init; } = "";

        public ReconciliationCheck ToCheck() => new(Name, Entity, Tenant, Found, Detail);
    }

    sealed class DifferenceRow
    {
        public string Tenant { get; init; } = "";
        public string Entity { get; init; } = "";
        public string LegacyKey { get; init; } = "";
        public Guid TargetId { get; init; }
        public string Kind { get; init; } = "";
        public string Columns { get; init; } = "[]";

        public RowDifference ToDifference() => new(
            Tenant, Entity, LegacyKey, TargetId, Enum.Parse<DifferenceKind>(Kind),
            StoredJson.Read<List<ColumnDifference>>(Columns));
    }
}
