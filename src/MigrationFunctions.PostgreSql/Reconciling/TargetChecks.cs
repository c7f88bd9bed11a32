using Dapper;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.PostgreSql.Catalog;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Asks under the direct identity, past row-level security: what stands under a wrong tenant shows to no
/// tenant. Where there is none, what the catalogue tells can be asked all the same, and rows tenant by tenant.</summary>
public sealed class TargetChecks(PostgresConnections connections) : ITargetChecks
{
    readonly TargetCatalog _catalog = new(connections);

    public Task<bool> SeesAllTenantsAsync(CancellationToken cancellationToken) =>
        _catalog.DirectBypassesAsync(cancellationToken);

    public Task<IReadOnlyList<FoundByTenant>> CountOrphansAsync(
        RowTable table, EntityReference reference, bool elsewhere, CancellationToken cancellationToken)
    {
        var child = Identifier.Quote(reference.Target);
        var parentId = $"p.{Identifier.Quote(reference.IdColumn)} = c.{child}";
        var parents = $"SELECT FROM {Identifier.QuoteTable(reference.Table)} AS p WHERE {parentId}";
        var tenant = $"c.{Identifier.Quote(table.Columns.Tenant)}";
        return QueryAsync<FoundByTenant>(
            table,
            $"""
            SELECT {tenant} AS Tenant, count(*) AS Rows FROM {Identifier.QuoteTable(table.Columns.Table)} AS c
            WHERE c.{child} IS NOT NULL
              AND NOT EXISTS ({parents} AND p.{Identifier.Quote(reference.TenantColumn)} = {tenant})
              {(elsewhere ? $"AND EXISTS ({parents})" : "")}
            GROUP BY 1
            """, cancellationToken);
    }

    public Task<IReadOnlyList<FoundByTenant>> CountRepeatedLegacyIdsAsync(
        RowTable table, CancellationToken cancellationToken)
    {
        var (tenant, legacyId) = (Identifier.Quote(table.Columns.Tenant), Identifier.Quote(table.Columns.LegacyId));
        return QueryAsync<FoundByTenant>(
            table,
            $"""
            SELECT tenant AS Tenant, count(*) AS Rows FROM (
              SELECT {tenant} AS tenant FROM {Identifier.QuoteTable(table.Columns.Table)}
              GROUP BY {tenant}, {legacyId} HAVING count(*) > 1) AS repeated
            GROUP BY 1
            """, cancellationToken);
    }

    public async Task<long> CountRepeatedIdsAsync(RowTable table, CancellationToken cancellationToken)
    {
        var id = Identifier.Quote(table.Columns.Id);
        return (await QueryAsync<long>(
            table,
            $"""
            SELECT count(*) FROM (
              SELECT FROM {Identifier.QuoteTable(table.Columns.Table)} GROUP BY {id} HAVING count(*) > 1) AS repeated
            """, cancellationToken))[0];
    }

    public async Task<long> CountSharedLegacyKeysAsync(RowTable table, CancellationToken cancellationToken)
    {
        var (tenant, legacyId) = (Identifier.Quote(table.Columns.Tenant), Identifier.Quote(table.Columns.LegacyId));
        return (await QueryAsync<long>(
            table,
            $"""
            SELECT count(*) FROM (
              SELECT FROM (
                SELECT DISTINCT {legacyId} AS key, {tenant} FROM {Identifier.QuoteTable(table.Columns.Table)}
                WHERE {legacyId} IS NOT NULL) AS placed
              GROUP BY key HAVING count(*) > 1) AS shared
            """, cancellationToken))[0];
    }

    public async Task<IReadOnlyList<string>> FindLowSequencesAsync(
        RowTable table, IReadOnlyCollection<Guid>? tenants, CancellationToken cancellationToken)
    {
        var owned = await QueryAsync<OwnedSequence>(
            table,
            $"""
            SELECT s.oid::regclass::text AS Sequence, a.attname AS Column
            FROM pg_depend AS d
            JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
            JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND d.refobjid = {Table(table)}
            """, cancellationToken);
        var low = new List<string>();
        foreach (var (sequence, column) in owned.Select(o => (o.Sequence, o.Column)))
            foreach (var tenant in tenants?.Select(id => (Guid?)id) ?? [null])
                low.AddRange(await QueryAsync<string>(
                    table,
                    $"""
                    SELECT '{sequence.Replace("'", "''", StringComparison.Ordinal)}'
                    FROM {sequence} AS s, (
                      SELECT max({Identifier.Quote(column)}) AS greatest FROM {Identifier.QuoteTable(table.Columns.Table)}) AS t
                    WHERE t.greatest > s.last_value OR (t.greatest = s.last_value AND NOT s.is_called)
                    """, cancellationToken, tenant));
        return [.. low.Distinct()];
    }

    public Task<IReadOnlyList<string>> FindNotValidatedAsync(RowTable table, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            table,
            $"""
            SELECT conname::text FROM pg_constraint WHERE conrelid = {Table(table)} AND NOT convalidated
            UNION ALL
            SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = {Table(table)} AND NOT indisvalid
            ORDER BY 1
            """, cancellationToken);

    public Task<IReadOnlyList<string>> FindAbsentDefinitionsAsync(RowTable table, CancellationToken cancellationToken) =>
        QueryAsync<string>(
            table,
            $"""
            SELECT d.name FROM migration.dropped_definition AS d
            WHERE d.table_name = '{Literal(table.Columns.Table)}'
              AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conrelid = {Table(table)} AND c.conname = d.name)
              AND NOT EXISTS (
                SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = {Table(table)} AND c.relname = d.name)
            ORDER BY 1
            """, cancellationToken);

    static string Table(RowTable table) => $"'{Literal(Identifier.QuoteTable(table.Columns.Table))}'::regclass";

    static string Literal(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    Task<IReadOnlyList<T>> QueryAsync<T>(
        RowTable table, string sql, CancellationToken cancellationToken, Guid? tenant = null) =>
        connections.RunAsync<IReadOnlyList<T>>(connections.Direct, table.Columns.Table, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (tenant is { } one)
                await TenantScope.EnterAsync(connection, [table.Columns.TenantSetting], one, cancellationToken);
            return (await connection.QueryAsync<T>(new CommandDefinition(
                sql, commandTimeout: table.TimeoutSeconds, cancellationToken: cancellationToken))).AsList();
        }, cancellationToken);

    sealed class OwnedSequence
    {
        public string Sequence { get; init; } = "";
        public string Column { get; init; } = "";
    }
}
