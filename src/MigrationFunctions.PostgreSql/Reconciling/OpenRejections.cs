using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Open rejections in <c>migration.rejected_row</c>.</summary>
public sealed class OpenRejections(PostgresConnections connections) : IOpenRejections
{
    const string OfSlice = "ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity";

    public Task<IReadOnlyList<OpenRejection>> GetAsync(Slice slice, CancellationToken cancellationToken) =>
        ListAsync<OpenRejection>(
            slice.ToString(),
            $"""
            SELECT legacy_key AS LegacyKey, rule AS Rule FROM migration.rejected_row WHERE {OfSlice} AND closed_as IS NULL
            """, slice, cancellationToken);

    public Task<IReadOnlyList<string>> ListKeysAsync(
        Slice slice, string? after, int count, CancellationToken cancellationToken) =>
        ListAsync<string>(
            slice.ToString(),
            $"""
            SELECT DISTINCT legacy_key COLLATE "C" AS key FROM migration.rejected_row
            WHERE {OfSlice} AND closed_as IS NULL AND (@after::text IS NULL OR legacy_key COLLATE "C" > @after)
            ORDER BY key LIMIT @count
            """,
            new { slice.Ledger, slice.Manifest, slice.TenantId, slice.Entity, after, count }, cancellationToken);

    public Task<IReadOnlyList<string>> FindUntriedEntitiesAsync(
        string ledger, string manifest, Guid tenantId, string runId, CancellationToken cancellationToken) =>
        ListAsync<string>(
            "migration.rejected_row",
            """
            SELECT DISTINCT entity FROM migration.rejected_row
            WHERE ledger = @ledger AND manifest = @manifest AND tenant_id = @tenantId AND closed_as IS NULL
              AND tried_run_id <> @runId
            """, new { ledger, manifest, tenantId, runId }, cancellationToken);

    public Task<HealedRows> CountHealedAsync(Slice slice, string runId, CancellationToken cancellationToken) =>
        connections.RunAsync(slice.ToString(), connection => connection.QuerySingleAsync<HealedRows>(new CommandDefinition(
            $"""
            SELECT count(*) FILTER (WHERE closed_as = 'written' AND closed_run_id = @runId) AS Written,
                   count(*) FILTER (WHERE closed_as = 'gone' AND closed_run_id = @runId) AS Gone,
                   count(*) FILTER (WHERE closed_as = 'filtered' AND closed_run_id = @runId) AS Filtered,
                   count(*) FILTER (WHERE closed_as IS NULL AND tried_run_id = @runId) AS Still
            FROM migration.rejected_row WHERE {OfSlice}
            """,
            new { slice.Ledger, slice.Manifest, slice.TenantId, slice.Entity, runId },
            cancellationToken: cancellationToken)), cancellationToken);

    Task<IReadOnlyList<T>> ListAsync<T>(
        string place, string sql, object parameters, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<T>>(place, async connection =>
            (await connection.QueryAsync<T>(new CommandDefinition(
                sql, parameters, cancellationToken: cancellationToken))).AsList(), cancellationToken);
}
