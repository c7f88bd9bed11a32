namespace MigrationFunctions.Core.Mapping;

/// <summary>Look-ups between legacy keys and UUIDs, both ways, over rows that are in the target.</summary>
public interface ILegacyIdMapping
{
    /// <summary>The row with that legacy key, or null.</summary>
    Task<LegacyIdMatch?> FindByLegacyIdAsync(
        string entity, string tenantKey, string legacyId, CancellationToken cancellationToken);

    /// <summary>The row with that UUID in any tenant that was migrated, or null.</summary>
    Task<LegacyIdMatch?> FindByIdAsync(string entity, Guid id, CancellationToken cancellationToken);
}

/// <summary>A legacy key and its UUID.</summary>
public sealed record LegacyIdMatch(string Entity, Guid TenantId, string LegacyId, Guid Id);
