using System.Diagnostics;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Copying;

/// <summary>Moves one batch: read, map, COPY, record. The effect happens exactly once however often a batch is asked
/// for: the ledger's row commits in the same transaction as the rows, under a lock for the batch, and an execution that
/// finds it done returns the recorded result. A crash at any point leaves either all of the batch or nothing.</summary>
public sealed class BatchCopier(ISourceDatabase source, ITargetDatabase target)
{
    /// <exception cref="MigrationException">MIG3xxx and MIG4xxx; transient ones may be retried as they are.</exception>
    /// <exception cref="SlotsTakenException">The run has as many readers or writers at work as it may.</exception>
    public async Task<BatchResult> CopyAsync(BatchWork work, CancellationToken cancellationToken)
    {
        var paths = await target.GetPathsAsync(work.Run, work.Entity.TargetTable, cancellationToken);
        for (var i = Math.Min(work.FirstPath, paths.Count - 1); ; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var batch = await BeginAsync(work, paths[i], i, cancellationToken);
            if (batch.Recorded is { } recorded)
                return recorded;
            try
            {
                var copy = new BatchCopy(work, batch, source, target);
                var read = await copy.ReadAndWriteAsync(cancellationToken);
                var result = copy.Account(read, await batch.Sink.CompleteAsync(cancellationToken), paths[i]);
                FaultPoint.Pass("copy.after-complete");
                var rejected = await copy.WithOriginalsAsync(cancellationToken);
                await batch.CommitAsync(result, rejected, cancellationToken);
                Metrics.BatchDone(work.Run.Mode, work.Slice, result, rejected, Stopwatch.GetElapsedTime(began));
                return result;
            }
            catch (RowsRefusedException e)
            {
                // The transaction is gone with its rows; the staged path finds out which of them were refused.
                if (i + 1 == paths.Count)
                    throw new MigrationException(
                        new Problem(
                            ErrorCodes.TargetRowsRefused, $"{work.Slice}, batch {work.Number}", e.Message,
                            "Use writePath auto or staged, which reject single rows."),
                        inner: e);
            }
        }
    }

    async Task<ITargetBatch> BeginAsync(BatchWork work, WritePath path, int index, CancellationToken cancellationToken)
    {
        try
        {
            return await target.BeginBatchAsync(work, path, cancellationToken);
        }
        catch (SlotsTakenException e)
        {
            throw new SlotsTakenException(e.Kind) { Path = index };
        }
    }
}
