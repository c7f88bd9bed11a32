using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Contracts;

/// <summary>Which run, and in which target its record is: all that orchestrations carry of it.</summary>
public sealed record RunRef(string RunId, RunMode Mode);

/// <summary>A tenant of a run.</summary>
public sealed record TenantRef(RunRef Run, Guid TenantId, string TenantKey, string? TimeZone = null)
{
    public Tenant ToTenant() => new(TenantKey, TenantId, null, TimeZone);
}

/// <summary>An entity of a tenant.</summary>
public sealed record EntityRef(TenantRef Tenant, string Entity);

/// <summary>A batch of an entity.</summary>
/// <param name="Failures">How often it has failed before.</param>
public sealed record BatchRef(EntityRef Entity, int Number, int Failures = 0);

/// <summary>A page of planned batches.</summary>
/// <param name="Batches">Numbers of the batches that are not done.</param>
/// <param name="LastNumber">Where the next page begins.</param>
/// <param name="IsLast">There is no next page.</param>
/// <param name="Window">Batches of the entity at the same time, by the limits in force.</param>
/// <param name="Rejects">The tenant's rejected rows so far.</param>
public sealed record BatchPage(IReadOnlyList<int> Batches, int LastNumber, bool IsLast, int Window, RejectTotal Rejects);

/// <summary>Asks for the page after a batch.</summary>
public sealed record BatchPageRequest(EntityRef Entity, int AfterNumber);

/// <summary>A page of a run's tenants.</summary>
public sealed record TenantPageRequest(RunRef Run, int From, int Count);

/// <summary>A page of a run's tenants, those with most to do first.</summary>
/// <param name="Window">Tenants at the same time, by the limits in force.</param>
public sealed record TenantPage(IReadOnlyList<Tenant> Tenants, int Window);

/// <summary>A tenant's entities from an index on, in the order of work.</summary>
public sealed record TenantPlanRequest(TenantRef Tenant, int From, int Count);

/// <summary>What a tenant's orchestration is told of its entities.</summary>
/// <param name="Levels">Names by level of dependency: those of one level may run side by side.</param>
/// <param name="IsLast">There are no more entities behind these.</param>
/// <param name="Window">Entities at the same time, by the limits in force.</param>
/// <param name="Rejected">Those among them with rejections that the run has not tried yet; null for none.</param>
public sealed record TenantPlan(
    IReadOnlyList<IReadOnlyList<string>> Levels, bool IsLast, int Window, IReadOnlyList<string>? Rejected = null);

/// <summary>Asks for an entity's open rejections after a legacy key to be tried again.</summary>
public sealed record ReplayRequest(EntityRef Entity, string? After);

/// <summary>Asks for something that was dropped for the run's load to be made again.</summary>
public sealed record RebuildRequest(RunRef Run, DroppedDefinition Definition);

/// <summary>How a unit of work ended.</summary>
/// <param name="Failure">The coded failure, or null.</param>
/// <param name="TenantWindow">Tenants at the same time, by the limits in force when it ended; null when it does not
/// say.</param>
public sealed record Outcome(string State, string? Failure, int? TenantWindow = null);

/// <summary>A tenant's end, to be recorded.</summary>
public sealed record TenantEnd(TenantRef Tenant, string? Failure);

/// <summary>A run's end, to be recorded.</summary>
public sealed record RunEnd(RunRef Run, string? Failure);
