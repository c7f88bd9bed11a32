using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>Leaves out rows whose parent the target does not hold, missing in the source or rejected there: found for a
/// whole chunk by one set-wise query for each reference, so that an orphan never throws a batch off its path. Parents
/// that were seen once are not asked for again within the batch.</summary>
sealed class OrphanCheck(BatchWork work, ITargetDatabase target)
{
    readonly HashSet<Guid>[] _known = work.Layout.References.Select(_ => new HashSet<Guid>()).ToArray();

    /// <summary>Takes orphans out of the chunk: out of its tuples, digest, count and adjustments, into its rejected
    /// rows.</summary>
    public async Task LeaveOutAsync(RowChunk chunk, CancellationToken cancellationToken)
    {
        var missing = new IReadOnlyCollection<Guid>[chunk.References];
        var hasOrphans = false;
        for (var r = 0; r < chunk.References; r++)
        {
            missing[r] = await FindMissingAsync(chunk, r, cancellationToken);
            hasOrphans |= missing[r].Count > 0;
        }
        if (hasOrphans)
            LeaveOut(chunk, missing);
    }

    /// <summary>Why an orphan is rejected.</summary>
    public static string ReasonOf(EntityReference reference) =>
        $"No {reference.Entity} with the key in {reference.Source} was migrated for this tenant.";

    async Task<IReadOnlyCollection<Guid>> FindMissingAsync(
        RowChunk chunk, int reference, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<Guid>();
        for (var i = reference; i < chunk.Parents.Count; i += chunk.References)
            if (chunk.Parents[i] != Guid.Empty && !_known[reference].Contains(chunk.Parents[i]))
                unknown.Add(chunk.Parents[i]);
        if (unknown.Count == 0)
            return [];
        var missing = await target.FindMissingParentsAsync(
            work, work.Layout.References[reference], unknown, cancellationToken);
        unknown.ExceptWith(missing);
        _known[reference].UnionWith(unknown);
        return missing;
    }

    void LeaveOut(RowChunk chunk, IReadOnlyCollection<Guid>[] missing)
    {
        var (start, kept) = (0, 0);
        for (var row = 0; row < chunk.Ends.Count; row++)
        {
            var end = chunk.Ends[row];
            var orphaned = 0;
            while (orphaned < missing.Length
                && !missing[orphaned].Contains(chunk.Parents[row * missing.Length + orphaned]))
                orphaned++;
            if (orphaned == missing.Length)
            {
                kept += chunk.Tuples.Move(start, end, kept);
            }
            else
            {
                var tuple = chunk.Tuples.WrittenSpan[start..end];
                var reference = work.Layout.References[orphaned];
                chunk.Digest.Remove(tuple);
                chunk.Tuples.Adjustments.Forget(
                    row == 0 ? 0 : chunk.AdjustmentEnds[row - 1], chunk.AdjustmentEnds[row]);
                chunk.RowsToWrite--;
                chunk.Rejected.Add(new RejectedRow(
                    LegacyKeyText.Of(tuple, work.Layout.TargetColumns[2]), reference.Source, RejectRules.Orphan,
                    ReasonOf(reference)));
            }
            start = end;
        }
        chunk.Tuples.Truncate(kept, chunk.RowsToWrite);
    }
}
