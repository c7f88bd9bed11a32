using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Ledger;

/// <summary>Runs and their tenants, kept in the target's schema <c>migration</c>. All calls are idempotent: an activity
/// may repeat any of them. What is set for a run that has ended, or was told to, changes nothing.</summary>
public interface IRunStore
{
    /// <summary>Creates or upgrades schema <c>migration</c>. Safe when several processes start at once.</summary>
    Task EnsureSchemaAsync(CancellationToken cancellationToken);

    /// <summary>Stores a run as requested, with its limits in force. The tenants' locks are taken by
    /// <see cref="LockTenantsAsync"/>.</summary>
    /// <returns>The id of the run that has the request's idempotency key: another one's when the request was there
    /// before.</returns>
    Task<string> AddAsync(RunContext run, DateTimeOffset requestedAt, CancellationToken cancellationToken);

    /// <summary>The run that was requested with the key, or null.</summary>
    Task<RunContext?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Takes back a run that was stored but not started.</summary>
    Task RemoveAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Reads a run back, or null.</summary>
    Task<RunContext?> FindAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The newest run of a manifest in a mode, or null.</summary>
    Task<RunContext?> FindNewestAsync(RunMode mode, string manifest, CancellationToken cancellationToken);

    /// <summary>The manifests by which the ledger's batches were planned, by entity; entities without batches are absent.</summary>
    Task<IReadOnlyDictionary<string, Manifest>> FindLedgerManifestsAsync(
        string ledger, string manifest, CancellationToken cancellationToken);

    /// <summary>Takes the writing lock of all tenants for the run, or of none, and schedules the run before anybody else
    /// can see the locks: a lock without an execution is therefore always stale.</summary>
    /// <param name="taskHub">What executes the run. A holder that another task hub executes is never stale.</param>
    /// <param name="isStale">Says of a holder whether it is gone. It is ended then, when none of its transactions is in flight
    /// any more, and its locks are taken over.</param>
    /// <param name="schedule">Called with the locks taken; when it throws, they are given back.</param>
    /// <returns>The tenants that another run holds; empty when the locks are taken.</returns>
    Task<IReadOnlyList<TenantLock>> LockTenantsAsync(
        string runId, string taskHub, IReadOnlyList<Tenant> tenants, Func<string, Task<bool>> isStale, Func<Task> schedule,
        CancellationToken cancellationToken);

    /// <summary>The tenants that runs and repairs hold for writing.</summary>
    Task<IReadOnlyList<TenantLock>> GetLocksAsync(CancellationToken cancellationToken);

    /// <summary>Gives back every lock of the run.</summary>
    Task UnlockTenantsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Stores the run's tenants in their order of work.</summary>
    Task SetTenantsAsync(string runId, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken);

    /// <summary>Sets how much there is to do for each tenant: its rows in the source, of which the ledger's are taken off. A
    /// hint for the order of work; keys that are no tenants of the run are passed over.</summary>
    Task SetWeightsAsync(string runId, IReadOnlyDictionary<string, long> rows, CancellationToken cancellationToken);

    /// <summary>A page of the run's tenants in their order of work: those with most to do first, else as they were
    /// stored.</summary>
    Task<IReadOnlyList<Tenant>> GetTenantsAsync(string runId, int from, int count, CancellationToken cancellationToken);

    /// <summary>Sets a tenant's state and the failure, if there is one, while the run has not ended.</summary>
    Task SetTenantStateAsync(string runId, Guid tenantId, string state, string? failure, CancellationToken cancellationToken);

    /// <summary>Stores rows that belong to no tenant, by entity.</summary>
    Task SetUnassignedAsync(string runId, string entity, long rows, CancellationToken cancellationToken);

    /// <summary>Stores how many rows of an entity the source has for the run's tenants, when the run is planned. Tenants that
    /// are not named have none.</summary>
    Task SetExpectedRowsAsync(
        string runId, string entity, IReadOnlyDictionary<string, long> rowsByTenant, CancellationToken cancellationToken);

    /// <summary>Rows that the source had of an entity when the tenants' slices were completed, by tenant of the run; null for a slice
    /// that never was.</summary>
    Task<IReadOnlyDictionary<string, long?>> GetSliceRowsAsync(string runId, string entity, CancellationToken cancellationToken);

    /// <summary>Stores the preflight's findings as JSON.</summary>
    Task SetFindingsAsync(string runId, IReadOnlyList<Errors.Problem> findings, CancellationToken cancellationToken);

    /// <summary>Tells a run that has not ended to end in that state: no transaction of it begins any more.</summary>
    /// <returns>False when it has ended, or was told before.</returns>
    Task<bool> TellToEndAsync(string runId, string state, string failure, CancellationToken cancellationToken);

    /// <summary>Transactions of the run that are in flight.</summary>
    Task<int> CountInFlightAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Ends the run, in the state that it was told to end in or else in the given one, when none of its transactions is in
    /// flight any more, writes down its account and gives its locks back, in one transaction: whoever sees that it has ended can
    /// start the next one. Its states and figures stay as they are from then on. Nothing happens to a run that has
    /// ended.</summary>
    /// <exception cref="Errors.MigrationException">MIG4004: transactions are still in flight after some minutes.</exception>
    Task FinishAsync(string runId, string state, string? failure, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The same within a time.</summary>
    /// <returns>False when transactions are still in flight after it; nothing has changed then.</returns>
    Task<bool> TryFinishAsync(
        string runId, string state, string? failure, DateTimeOffset at, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>The run's state and figures from the ledger, or null: a query over what is committed, true at any moment.</summary>
    Task<RunProgress?> GetProgressAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The newest runs.</summary>
    Task<IReadOnlyList<RunSummary>> ListAsync(int count, CancellationToken cancellationToken);
}

/// <summary>A tenant that a run or a repair holds for writing.</summary>
/// <param name="TaskHub">What executes it; null of a version that did not say so.</param>
public sealed record TenantLock(string TenantKey, string RunId, string? TaskHub = null);
