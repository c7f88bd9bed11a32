using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;

namespace MigrationFunctions.Core.Reconciling.Checks;

/// <summary>What a count found, by tenant; null for a key or an id that no tenant of the source has.</summary>
/// <param name="Tenant">The tenant's id.</param>
public sealed record FoundByTenant(Guid Tenant, long Rows);

/// <summary>Asks the target for what ought not to be there. Each question is one statement for all tenants.</summary>
public interface ITargetChecks
{
    /// <summary>Whether one identity sees all tenants at once: without it rows can be asked for by tenant only.</summary>
    Task<bool> SeesAllTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Rows whose parent is not there, by tenant.</summary>
    /// <param name="elsewhere">Only those whose parent is there under another tenant.</param>
    Task<IReadOnlyList<FoundByTenant>> CountOrphansAsync(
        RowTable table, EntityReference reference, bool elsewhere, CancellationToken cancellationToken);

    /// <summary>Values of the legacy id's column that several of a tenant's rows have.</summary>
    Task<IReadOnlyList<FoundByTenant>> CountRepeatedLegacyIdsAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Ids that several rows of the table have.</summary>
    Task<long> CountRepeatedIdsAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Legacy keys that stand under several tenants. One hash aggregate over the table.</summary>
    Task<long> CountSharedLegacyKeysAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Names of sequences that stand below a value of the column that owns them.</summary>
    /// <param name="tenants">Whose rows are looked at, one tenant after the other; null for all at once.</param>
    Task<IReadOnlyList<string>> FindLowSequencesAsync(
        RowTable table, IReadOnlyCollection<Guid>? tenants, CancellationToken cancellationToken);

    /// <summary>Names of constraints that are NOT VALID and of indexes that are invalid.</summary>
    Task<IReadOnlyList<string>> FindNotValidatedAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Names of indexes and constraints that were dropped for a load and are not there again.</summary>
    Task<IReadOnlyList<string>> FindAbsentDefinitionsAsync(RowTable table, CancellationToken cancellationToken);
}

/// <summary>A target table and how long a question to it may take.</summary>
public sealed record RowTable(EntityTarget Columns, int TimeoutSeconds);
