using System.Buffers;
using MigrationFunctions.Core.Batches;

namespace MigrationFunctions.Core.Copying;

/// <summary>Leaves out rows whose parent the target does not hold, missing in the source or rejected there: found for a
/// whole chunk by one set-wise query for each reference, so that an orphan never throws a batch off its path. Parents
/// that were seen once are not asked for again within the batch.</summary>
sealed class OrphanCheck(BatchWork work, ITargetDatabase target)
{
    readonly HashSet<Guid>[] _known = work.Layout.References.Select(_ => new HashSet<Guid>()).ToArray();
    readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>The chunk's tuples without the orphans'; those are added to <paramref name="rejected"/> and taken out
    /// of the chunk's digest, count and adjustments. The bytes are valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> LeaveOutAsync(
        RowChunk chunk, List<RejectedRow> rejected, CancellationToken cancellationToken)
    {
        var missing = new IReadOnlyCollection<Guid>[chunk.References];
        var hasOrphans = false;
        for (var r = 0; r < chunk.References; r++)
        {
            missing[r] = await FindMissingAsync(chunk, r, cancellationToken);
            hasOrphans |= missing[r].Count > 0;
        }
        return hasOrphans ? Keep(chunk, missing, rejected) : chunk.Tuples.WrittenMemory;
    }

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

    ReadOnlyMemory<byte> Keep(RowChunk chunk, IReadOnlyCollection<Guid>[] missing, List<RejectedRow> rejected)
    {
        _kept.ResetWrittenCount();
        var start = 0;
        for (var row = 0; row < chunk.Ends.Count; row++)
        {
            var tuple = chunk.Tuples.WrittenSpan[start..chunk.Ends[row]];
            start = chunk.Ends[row];
            var orphaned = 0;
            while (orphaned < missing.Length
                && !missing[orphaned].Contains(chunk.Parents[row * missing.Length + orphaned]))
                orphaned++;
            if (orphaned == missing.Length)
            {
                _kept.Write(tuple);
                continue;
            }
            var reference = work.Layout.References[orphaned];
            chunk.Digest.Remove(tuple);
            chunk.Tuples.Adjustments.Forget(row == 0 ? 0 : chunk.AdjustmentEnds[row - 1], chunk.AdjustmentEnds[row]);
            chunk.RowsToWrite--;
            rejected.Add(new RejectedRow(
                LegacyKeyText.Of(tuple, work.Layout.TargetColumns[2]), reference.Source, RejectRules.Orphan,
                $"No {reference.Entity} with the key in {reference.Source} was migrated for this tenant."));
        }
        return _kept.WrittenMemory;
    }
}
