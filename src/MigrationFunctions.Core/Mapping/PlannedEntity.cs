using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>An entity with its tables and its layout.</summary>
/// <param name="Tenants">How its rows are told apart by tenant.</param>
public sealed record PlannedEntity(SourceTable SourceTable, TenantKeys Tenants, TargetTable TargetTable, EntityLayout Layout)
{
    /// <summary>A tenant's rows in the source.</summary>
    public SourceSlice SliceOf(string tenantKey) => new(Layout.Entity, SourceTable, Tenants, tenantKey);
}
