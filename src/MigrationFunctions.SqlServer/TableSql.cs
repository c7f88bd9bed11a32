using MigrationFunctions.Core.Model;
using static MigrationFunctions.SqlServer.SourceSql;

namespace MigrationFunctions.SqlServer;

/// <summary>The statements that ask about a whole table at once, all tenants together.</summary>
static class TableSql
{
    const string Rank = "[migration:rank]";

    /// <summary>Every group of rows that the source holds to be of one tenant, with each listed tenant that it matches: the key of
    /// the tenants' table, the group's number, its rows, its rows that are marked as deleted.</summary>
    public static string Census(TenantKeys tenants, SourceTable table, SourceColumn tenant, SourceColumn? mark)
    {
        var group = TenantSql.Compared(tenants, tenant, Quote(tenant.Name));
        var key = $"[t].{Quote(tenants.Column.Name)}";
        return $"""
            SELECT {key}, [g].[n], [g].[rows], [g].[deleted] FROM (
              SELECT {group} AS [k], ROW_NUMBER() OVER (ORDER BY {group}) AS [n], COUNT_BIG(*) AS [rows],
                     {(mark is null ? "CAST(0 AS bigint)" : $"COUNT_BIG({IfDeleted(mark)})")} AS [deleted]
              FROM {Table(table.Name)} GROUP BY {group}
            ) AS [g] LEFT JOIN {Table(tenants.Table)} AS [t] ON {TenantSql.Compared(tenants, tenants.Column, key)} = [g].[k]
            ORDER BY [g].[n]
            """;
    }

    /// <summary>The tenants' keys with numbers that are the same for keys that are equal in an entity's tenant column, or in the
    /// tenants' own table, and 0 for keys that cannot be converted. Keys that an entity's column cannot hold are left out.</summary>
    public static string TenantRanks(TenantKeys tenants, SourceColumn? column)
    {
        var key = $"[t].{Quote(tenants.Column.Name)}";
        var held = TenantSql.Held(tenants, column, key);
        return $"""
            SELECT {key}, DENSE_RANK() OVER (ORDER BY {held}) AS {Rank}, CASE WHEN {held} IS NULL THEN 0 ELSE 1 END
            FROM {Table(tenants.Table)} AS [t] WHERE {(column is null ? key : held)} IS NOT NULL ORDER BY {Rank}, {key}
            """;
    }

    /// <summary>Keys within a tenant that stand in several spellings.</summary>
    public static string CountEqualKeys(TenantKeys tenants, SourceColumn tenant, SourceTable table, IReadOnlyList<SourceColumn> key)
    {
        var keys = string.Join(
            ", ", key.Select(k => Quote(k.Name)).Prepend(TenantSql.Compared(tenants, tenant, Quote(tenant.Name))));
        var spellings = string.Join(" OR ", key.Where(k => k.Type.IsText() || k.Type.IsBinary())
            .Select(k => k.Type.IsText() ? $"RTRIM({Quote(k.Name)})" : Quote(k.Name))
            .Select(spelling => $"COUNT_BIG(DISTINCT CAST({spelling} AS varbinary(8000))) > 1"));
        return $"""
            SELECT COUNT_BIG(*) FROM (
              SELECT COUNT_BIG(*) AS [rows] FROM {Table(table.Name)} GROUP BY {keys} HAVING COUNT_BIG(*) > 1 AND ({spellings})
            ) AS [repeated]
            """;
    }

    /// <summary>Rows by tenant whose reference names no row of the parent's table.</summary>
    /// <param name="nothing">Values by which a reference says that it has no parent. Text is compared exactly, but for spaces at its
    /// end, as an encoder does.</param>
    public static string CountOrphans(
        TenantKeys tenants, SourceTable table, SourceColumn tenant, SourceColumn reference, IReadOnlyList<string> nothing, SourceTable parents,
        SourceColumn parentTenant, SourceColumn parentKey)
    {
        var group = $"[c].{Quote(tenant.Name)}";
        var (here, there) = (
            TenantSql.Compared(tenants, tenant, group), TenantSql.Compared(tenants, parentTenant, $"[p].{Quote(parentTenant.Name)}"));
        var equal = KeySql.Equal(parentKey, $"[p].{Quote(parentKey.Name)}", reference, $"[c].{Quote(reference.Name)}");
        var key = $"[t].{Quote(tenants.Column.Name)}";
        var exact = reference.Type.IsText()
            ? $"CAST([c].{Quote(reference.Name)} AS nvarchar(4000)) COLLATE Latin1_General_BIN2" : $"[c].{Quote(reference.Name)}";
        var isSomething = nothing.Count == 0 ? "" : $" AND {exact} NOT IN ({string.Join(", ", nothing)})";
        return $"""
            SELECT {key}, COUNT_BIG(*) FROM {Table(table.Name)} AS [c]
            JOIN {Table(tenants.Table)} AS [t] ON {TenantSql.Compared(tenants, tenants.Column, key)} = {here}
            WHERE [c].{Quote(reference.Name)} IS NOT NULL{isSomething} AND NOT EXISTS (
              SELECT 1 FROM {Table(parents.Name)} AS [p] WHERE {there} = {here} AND {equal})
            GROUP BY {key}
            """;
    }
}
