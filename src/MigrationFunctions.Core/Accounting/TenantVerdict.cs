using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Accounting;

/// <summary>The verdict on a tenant's part of a run.</summary>
/// <param name="Failure">The first reason why it failed, coded; null when it did not.</param>
public sealed record TenantVerdict(string State, string? Failure)
{
    /// <summary>Draws it from the run's entities: each was judged, each is conserved, and together they have no more open
    /// rejections than they may, whichever run has made these.</summary>
    /// <param name="failure">Why the work ended early, or why an account does not fit; null for neither.</param>
    /// <param name="rejectLimit">As it is in force.</param>
    public static TenantVerdict Of(
        RunContext run, string tenantKey, string? failure, IReadOnlyList<SliceTotals> totals, long rejectLimit)
    {
        var entities = run.SelectedEntities.Select(
            e => (e.Name, Totals: totals.FirstOrDefault(t => t.Entity == e.Name))).ToList();
        var rejected = entities.Sum(e => e.Totals?.RowsRejected ?? 0);
        var problem = entities.Where(e => e.Totals is not { SourceRows: >= 0 }).Select(e => NotJudged(e.Name, tenantKey))
            .Concat(entities.Where(e => e.Totals is { IsConserved: false }).Select(e => NotConserved(tenantKey, e.Totals!)))
            .Concat(rejected > rejectLimit ? [OverLimit(tenantKey, rejected, rejectLimit)] : []).FirstOrDefault();
        return (failure ?? problem?.ToString()) is { } found
            ? new TenantVerdict(States.Failed, found)
            : new TenantVerdict(rejected > 0 ? States.CompletedWithRejects : States.Completed, null);
    }

    /// <summary>A tenant that has more rejected rows than it may.</summary>
    public static Problem OverLimit(string tenantKey, long rejected, long limit) => new(
        ErrorCodes.RejectLimitExceeded, $"tenant {tenantKey}", $"{rejected} rows were rejected, {limit} are allowed.",
        "Look at the rejected rows; correct the source or the manifest, or raise options.rejectLimit.");

    static Problem NotJudged(string entity, string tenantKey) => new(
        ErrorCodes.VerdictMissing, $"{entity} of tenant {tenantKey}", "Its rows were not counted at the end.",
        "Start again: a new run goes on from the ledger.");

    static Problem NotConserved(string tenantKey, SliceTotals entity) => new(
        ErrorCodes.NotConserved, $"{entity.Entity} of tenant {tenantKey}",
        $"The source has {entity.SourceRows} rows; {entity.RowsMigrated} were migrated, {entity.RowsRejected} rejected and "
        + $"{entity.RowsFiltered} filtered in {entity.Done} of {entity.Batches} batches.",
        "Start again: a new run takes up what was added, and says what else differs.");
}
