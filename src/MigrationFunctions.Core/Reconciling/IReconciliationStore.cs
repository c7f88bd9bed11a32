using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Reconciliations and what they found, in schema <c>migration</c> of the target. All calls are idempotent: an
/// activity may repeat any of them.</summary>
public interface IReconciliationStore
{
    /// <summary>Stores a reconciliation as requested, with an item for each tenant and entity.</summary>
    Task AddAsync(
        ReconciliationContext context, IReadOnlyList<Tenant> tenants, DateTimeOffset requestedAt,
        CancellationToken cancellationToken);

    /// <summary>Reads what was asked for back, or null.</summary>
    Task<ReconciliationContext?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>A reconciliation with what is known so far, or null.</summary>
    /// <param name="differencesOfSlice">Differences to show of each tenant and entity, at most.</param>
    Task<Reconciliation?> GetAsync(string id, int differencesOfSlice, CancellationToken cancellationToken);

    /// <summary>The newest reconciliations.</summary>
    Task<IReadOnlyList<ReconciliationSummary>> ListAsync(int count, CancellationToken cancellationToken);

    /// <summary>The newest reconciliation that the timer asked for and that has no end yet, or null.</summary>
    Task<string?> FindRunningOfTimerAsync(string manifest, CancellationToken cancellationToken);

    /// <summary>Items by their ordinal.</summary>
    Task<IReadOnlyList<ReconciliationItem>> GetItemsAsync(
        string id, int from, int count, CancellationToken cancellationToken);

    /// <summary>Stores what was counted of an entity, by tenant, with what the ledger says of rejected and filtered rows; a
    /// tenant that is absent has no row.</summary>
    /// <returns>The tenants of which source is not target + rejected + filtered, or which have more deleted or more live rows
    /// in the target than in the source.</returns>
    Task<IReadOnlyList<string>> SetCountsAsync(
        string id, string entity, IReadOnlyDictionary<string, SideCount> source,
        IReadOnlyDictionary<Guid, SideCount> target, CancellationToken cancellationToken);

    /// <summary>Replaces the checks of an entity.</summary>
    Task SetChecksAsync(
        string id, string entity, IReadOnlyList<ReconciliationCheck> checks, CancellationToken cancellationToken);

    /// <summary>Ends an item with its failure.</summary>
    Task SetFailureAsync(string id, ReconciliationItem item, string failure, CancellationToken cancellationToken);

    /// <summary>Ends a reconciliation. The verdict is drawn from its items and checks, and what it worked with is
    /// deleted.</summary>
    Task<ReconciliationOutcome> FinishAsync(string id, string? failure, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>What the comparison of one slice works with: units, buckets, candidates, differences. Idempotent, too: what a unit
/// adds is added once.</summary>
public interface IReconciliationWork
{
    /// <summary>Stores the slice's units; those that are stored already stay.</summary>
    /// <returns>How many there are.</returns>
    Task<UnitCount> PlanAsync(
        string id, ReconciliationItem item, IReadOnlyList<ReconciliationUnit> units, CancellationToken cancellationToken);

    /// <summary>A unit of the slice.</summary>
    /// <exception cref="Errors.MigrationException">MIG5006: it was never planned.</exception>
    Task<ReconciliationUnit> GetUnitAsync(
        string id, ReconciliationItem item, Side side, int number, CancellationToken cancellationToken);

    /// <summary>Adds a unit's rows to the slice's, unless they were added before.</summary>
    Task AddReadAsync(
        string id, ReconciliationItem item, ReconciliationUnit unit, UnitAccount account,
        CancellationToken cancellationToken);

    /// <summary>A side's buckets.</summary>
    Task<RowBuckets> GetBucketsAsync(
        string id, ReconciliationItem item, Side side, CancellationToken cancellationToken);

    /// <summary>Adds a unit's rows of differing buckets as candidates, unless they were added before.</summary>
    Task AddCandidatesAsync(
        string id, ReconciliationItem item, ReconciliationUnit unit, IReadOnlyList<Candidate> candidates,
        CancellationToken cancellationToken);

    /// <summary>The units of the source, with the rows that were read of them.</summary>
    Task<SourceUnits> GetSourceUnitsAsync(string id, ReconciliationItem item, CancellationToken cancellationToken);

    /// <summary>Candidates that differ, that one side lacks, or that the source has more than once, by id.</summary>
    Task<IReadOnlyList<Candidate>> GetDifferingAsync(
        string id, ReconciliationItem item, Candidate? after, int count, CancellationToken cancellationToken);

    /// <summary>Replaces the slice's differences of these candidates.</summary>
    Task SetDifferencesAsync(
        string id, ReconciliationItem item, IReadOnlyList<Candidate> candidates,
        IReadOnlyList<RowDifference> differences, CancellationToken cancellationToken);

    /// <summary>Differences of the slice, by id.</summary>
    Task<IReadOnlyList<Candidate>> GetDifferencesAsync(
        string id, ReconciliationItem item, Candidate? after, int count, CancellationToken cancellationToken);

    /// <summary>Of these ids of a tenant's entity, those that the reconciliation found missing.</summary>
    Task<IReadOnlyCollection<Guid>> FindMissingAsync(
        string id, Guid tenantId, string entity, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Ends the slice: counts its differences and draws its verdict. When every row was read and none differs, what the
    /// filters leave behind is corrected in the ledger's account.</summary>
    Task FinishSliceAsync(string id, ReconciliationItem item, SliceFindings findings, CancellationToken cancellationToken);
}

/// <summary>What the comparison of a slice came to.</summary>
/// <param name="Compared">Rows that were compared.</param>
/// <param name="Refused">Rows that can be encoded, that have an open rejection, and that the target cannot take now.</param>
/// <param name="Unresolved">Differing buckets that were not narrowed.</param>
/// <param name="SourceDigest">Null unless every row was read.</param>
public sealed record SliceFindings(
    long Compared, long Refused, long Unresolved, string? SourceDigest, string? TargetDigest);
