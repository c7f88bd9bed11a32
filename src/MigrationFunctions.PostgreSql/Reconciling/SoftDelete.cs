using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Rows that an entity's mark says are deleted.</summary>
static class SoftDelete
{
    /// <summary>An aggregate that counts them; NULL where the manifest names no mark. A mark is a boolean, a number that is not
    /// 0, or a time that is there.</summary>
    public static string Count(EntityManifest entity) =>
        entity.FindMark() is { } mark
            ? $"count(*) FILTER (WHERE {Identifier.Quote(mark.Target)}::text NOT IN ('false', '0'))"
            : "NULL::bigint";
}
