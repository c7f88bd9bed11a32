using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>How statements compare a reference with the key of its parent: by the parent's collation, and where one of them is text
/// and the other is not, by what the text means as the other's type.</summary>
static class KeySql
{
    /// <summary>True where the reference names the parent.</summary>
    /// <param name="keySql">The parent's key, qualified.</param>
    /// <param name="referenceSql">The child's reference, qualified.</param>
    public static string Equal(SourceColumn key, string keySql, SourceColumn reference, string referenceSql) =>
        (key.Type.IsText(), reference.Type.IsText()) switch
        {
            (true, true) when key.Collation == reference.Collation => $"{keySql} = {referenceSql}",
            // Through nvarchar: from one code page to the other a character might be lost.
            (true, true) => $"{keySql} = CAST({referenceSql} AS nvarchar(4000)) COLLATE {key.Collation}",
            (true, false) => $"{SqlTypes.TryCast(keySql, reference)} = {referenceSql}",
            (false, true) => $"{keySql} = {SqlTypes.TryCast(referenceSql, key)}",
            _ => $"{keySql} = {referenceSql}",
        };

    /// <summary>The key of the row that a reference of <c>[c]</c> names among a tenant's parents, or NULL. An aggregate, so that it is
    /// one value whatever the parent's table holds.</summary>
    /// <param name="isOfTenant">The condition that a parent <c>[p]</c> is the tenant's.</param>
    public static string Parent(ParentKey parent, Func<SourceColumn, string, string> isOfTenant)
    {
        var key = SourceNames.Column(parent.Table, parent.Entity.Source.Key[0]);
        var tenant = SourceNames.Column(parent.Table, parent.Entity.Source.Tenant);
        var equal = Equal(key, $"[p].{SourceSql.Quote(key.Name)}", parent.Reference, $"[c].{SourceSql.Quote(parent.Reference.Name)}");
        return $"(SELECT MIN([p].{SourceSql.Quote(key.Name)}) FROM {SourceSql.Table(parent.Table.Name)} AS [p] "
            + $"WHERE {isOfTenant(tenant, $"[p].{SourceSql.Quote(tenant.Name)}")} AND {equal})";
    }
}
