
namespace MigrationFunctions.Core.Reconciling;

/// <summary>Tells of rows that the target lacks and the ledger holds as rejected which of them it cannot take now either: those
/// whose parent is not there, and those that it refuses when they are written on trial. All others are missing.</summary>
sealed class StillRejected(ReconciledTarget target, RowSlice slice)
{
    readonly ParentCheck _parents = new(target.Database, slice);

    /// <summary>Legacy keys of rows that cannot be written. Nothing of the trial stays.</summary>
    public async Task<IReadOnlySet<string>> FindAsync(
        IReadOnlyCollection<ComparedRow> rows, CancellationToken cancellationToken)
    {
        var missing = rows.Where(r => r is { Kind: DifferenceKind.Missing, IsRejected: true })
            .DistinctBy(r => r.Id).Select(r => (r.LegacyKey, r.Expected!.Value)).ToList();
        if (missing.Count == 0)
            return new HashSet<string>();
        var orphans = await _parents.FindOrphansAsync(missing, null, cancellationToken);
        var writable = missing.Where(r => !orphans.ContainsKey(r.LegacyKey)).Select(r => r.Value).ToList();
        var refused = writable.Count == 0 ? [] : await target.Repair.ProbeAsync(slice, writable, cancellationToken);
        return orphans.Keys.Concat(refused.Select(r => r.LegacyKey)).ToHashSet(StringComparer.Ordinal);
    }
}
