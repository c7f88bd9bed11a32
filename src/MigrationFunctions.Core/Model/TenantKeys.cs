using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>The key by which the tenants' table lists tenants, and how tenant columns of entities are compared with it. It is
/// always the source that compares, by one rule, in every statement that reads or counts a tenant's rows.</summary>
/// <param name="Table">The tenants' table.</param>
/// <param name="Column">Its key column.</param>
/// <param name="CompareAs">What both sides are converted to; null when they are compared as they are.</param>
/// <param name="Collation">By which text is compared when <paramref name="CompareAs"/> is text.</param>
public sealed record TenantKeys(string Table, SourceColumn Column, TenantComparison? CompareAs, string? Collation)
{
    /// <summary>Those of a manifest.</summary>
    /// <exception cref="MigrationException">MIG2013, MIG2029: the tenants' table has no such column.</exception>
    public static TenantKeys Of(TenantSource tenants, SourceTable table) =>
        new(table.Name, SourceNames.Column(table, tenants.Key), tenants.CompareAs, tenants.Collation);

    /// <summary>Why keys of the tenants' table cannot be proven to mean the same in an entity's tenant column, or null when they
    /// can: types of one family and, for text, one collation, or a conversion that the manifest declares.</summary>
    /// <param name="table">The entity's source table.</param>
    public Problem? Check(string table, SourceColumn column) =>
        CompareAs is not null || KeyComparison.IsOneFamily(Column, column) ? null : new Problem(
            ErrorCodes.TenantKeysDiffer, $"{table}.{column.Name}",
            $"The tenants' key {Table}.{Column.Name} is {Describe(Column)}, but the tenant column is {Describe(column)}: what is equal to "
            + "one may not be to the other, and rows would be read for no tenant.",
            "Give both columns one type and collation, or declare how they are compared: tenants.compareAs number, or "
            + "tenants.compareAs text with tenants.collation.");

    static string Describe(SourceColumn column)
    {
        var length = column.Length switch { 0 => "", < 0 => "(max)", var n => $"({n})" };
        return $"{column.Type.ToString().ToLowerInvariant()}{length}{(column.Collation is { } name ? $" {name}" : "")}";
    }
}
