using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>How statements compare tenants: the one place, so that a row which one statement reads for a tenant is the tenant's in
/// all of them.</summary>
static class TenantSql
{
    /// <summary>Of text of any length that a key may have.</summary>
    const string LongText = "nvarchar(4000)";

    /// <summary>An entity's tenant column, or the key of the tenants' table, as it is compared.</summary>
    /// <param name="sql">The column, quoted and qualified.</param>
    public static string Compared(TenantKeys tenants, SourceColumn column, string sql) => tenants.CompareAs switch
    {
        TenantComparison.Number when !SqlTypes.IsInteger(column) => $"TRY_CAST({sql} AS bigint)",
        TenantComparison.Text when column.Collation != tenants.Collation => $"CAST({sql} AS {LongText}) COLLATE {tenants.Collation}",
        _ => sql,
    };

    /// <summary>True of rows whose tenant column is equal to a tenant's key. A key is compared in the column's own type, so that an
    /// index is sought, and with itself before the conversion: one that the type cannot hold is nobody's.</summary>
    /// <param name="key">The expression that has the key, of the type of the tenants' table.</param>
    public static string Is(TenantKeys tenants, SourceColumn column, string sql, string key)
    {
        if (tenants.CompareAs is not null)
            return $"{Compared(tenants, column, sql)} = {Compared(tenants, tenants.Column, key)}";
        if (SqlTypes.IsSame(tenants.Column, column))
            return $"{sql} = {key}";
        var converted = SqlTypes.TryCast(key, column);
        return $"{sql} = {converted} AND {converted} = {key}";
    }

    /// <summary>A key of the tenants' table as an entity's column would hold it: NULL when it cannot.</summary>
    public static string Held(TenantKeys tenants, SourceColumn? column, string key) =>
        column is null || tenants.CompareAs is not null ? Compared(tenants, tenants.Column, key)
        : SqlTypes.IsSame(tenants.Column, column) ? key
        : $"CASE WHEN {SqlTypes.TryCast(key, column)} = {key} THEN {SqlTypes.TryCast(key, column)} END";
}
