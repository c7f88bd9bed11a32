using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>Counts the target's rows as they stand, whoever wrote them. Under the direct identity where there is one, else
/// under each tenant's own. Every call has the run's time-out; a failure is a
/// <see cref="Errors.MigrationException"/> with a MIG4xxx code.</summary>
public interface ITargetCounts
{
    /// <summary>Rows of an entity that belong to a tenant.</summary>
    Task<long> CountAsync(RunContext run, EntityManifest entity, Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Of the given tenants, those without any row of the entity: one question where an identity sees all tenants,
    /// else one for each.</summary>
    Task<IReadOnlySet<Guid>> FindWithoutRowsAsync(
        RunContext run, EntityManifest entity, IReadOnlyCollection<Guid> tenants, CancellationToken cancellationToken);
}
