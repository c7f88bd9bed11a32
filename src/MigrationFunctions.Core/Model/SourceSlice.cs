using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>The rows of one tenant in one source table.</summary>
/// <param name="Tenants">How the table's tenant column is compared with <paramref name="TenantKey"/>.</param>
public sealed record SourceSlice(EntityManifest Entity, SourceTable Table, TenantKeys Tenants, string TenantKey);

/// <summary>Where planning goes on: after the last planned batch.</summary>
public sealed record SlicePosition(int LastNumber, string? LastUpTo);
