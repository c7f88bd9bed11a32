using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Copying;

/// <summary>Reads source rows and maps them into chunks; synchronous, on a thread of its own.</summary>
/// <param name="asked">When the source was asked for the rows, as <see cref="Stopwatch"/> counts.</param>
sealed class ChunkReader(BatchWork work, ISourceBatch source, long asked)
{
    readonly DbDataReader _rows = source.Rows;
    readonly RowEncoder _encoder = new(work.Layout, work.Tenant, work.Run.Manifest.IdNamespace);

    /// <summary>Reads to the end; the writer is always completed, with the failure if there is one.</summary>
    /// <returns>Rows read.</returns>
    public long Read(ChannelWriter<RowChunk> full, ChannelReader<RowChunk> free, CancellationToken cancellationToken)
    {
        try
        {
            var read = 0L;
            var chunk = new RowChunk(work.Layout.References.Count);
            var isRow = _rows.Read();
            Metrics.SourceOpened(work.Run.Manifest.Name, Stopwatch.GetElapsedTime(asked));
            for (; isRow; isRow = _rows.Read())
            {
                read++;
                Map(chunk);
                if (chunk.IsFull)
                    chunk = HandOver(chunk, full, free, cancellationToken);
            }
            cancellationToken.ThrowIfCancellationRequested();
            full.WriteAsync(chunk, cancellationToken).AsTask().GetAwaiter().GetResult();
            full.Complete();
            return read;
        }
        catch (Exception e)
        {
            var failure = source.Explain(e, cancellationToken);
            full.Complete(failure);
            if (failure == e)
                throw;
            throw failure;
        }
    }

    void Map(RowChunk chunk)
    {
        var start = chunk.Tuples.Length;
        switch (_encoder.Encode(_rows, chunk.Tuples))
        {
            case RowOutcome.Written:
                chunk.RowsToWrite++;
                if (work.WithDigest)
                    chunk.Digest.Add(chunk.Tuples.WrittenSpan[start..]);
                if (chunk.References > 0)
                {
                    chunk.Ends.Add(chunk.Tuples.Length);
                    chunk.AdjustmentEnds.Add(chunk.Tuples.Adjustments.Count);
                    foreach (var parent in _encoder.ParentIds)
                        chunk.Parents.Add(parent ?? Guid.Empty);
                }
                break;
            case RowOutcome.Filtered:
                chunk.CountFiltered(_encoder.FilterName!);
                break;
            default:
                var reason = _encoder.Reason!;
                chunk.Rejected.Add(
                    new RejectedRow(_encoder.LegacyKey(_rows), reason.Column, reason.Rule, reason.Message));
                break;
        }
    }

    RowChunk HandOver(
        RowChunk chunk, ChannelWriter<RowChunk> full, ChannelReader<RowChunk> free, CancellationToken cancellationToken)
    {
        full.WriteAsync(chunk, cancellationToken).AsTask().GetAwaiter().GetResult();
        return free.TryRead(out var used) ? used : new RowChunk(work.Layout.References.Count);
    }
}
