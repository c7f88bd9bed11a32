using System.Threading.Channels;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Copying;

/// <summary>One attempt at one batch: a thread of its own reads and maps into chunks, which are written while the next
/// is being read. Memory is bounded by three chunks whatever the batch's size.</summary>
sealed class BatchCopy(BatchWork work, ITargetBatch batch, ISourceDatabase source, ITargetDatabase target)
{
    const int ChunksAhead = 2;
    readonly OrphanCheck _orphans = new(work, target);
    readonly List<RejectedRow> _rejected = [];
    readonly Dictionary<string, long> _filteredBy = new(StringComparer.Ordinal);
    readonly BatchDigest _digest = new();
    readonly long[] _adjusted = new long[work.Layout.Adjustments.Names.Count];
    long _sent;
    long _bytes;

    /// <summary>Reads the whole range and sends what can be written.</summary>
    /// <returns>Rows read.</returns>
    public async Task<long> ReadAndWriteAsync(CancellationToken cancellationToken)
    {
        await using var rows = await source.OpenAsync(
            work.SourceSlice, batch.Range, work.Layout.SelectColumns, work.Run.Options.Isolation, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var cancelRead = stop.Token.Register(rows.Cancel);
        var full = Channel.CreateBounded<RowChunk>(ChunksAhead);
        var free = Channel.CreateBounded<RowChunk>(ChunksAhead + 1);
        var reader = new ChunkReader(work, rows);
        var reading = Task.Factory.StartNew(
            () => reader.Read(full.Writer, free.Reader, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await WriteChunksAsync(full.Reader, free.Writer, cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        finally
        {
            while (full.Reader.TryRead(out var unsent))
                unsent.Dispose();
            while (free.Reader.TryRead(out var used))
                used.Dispose();
        }
        var read = await reading;
        FaultPoint.Pass("copy.after-read");
        if (read != batch.Range.PlannedRows)
            await EnsureCompleteAsync(rows, read, cancellationToken);
        return read;
    }

    /// <summary>The batch's account: every row that was read is written, rejected or filtered.</summary>
    public BatchResult Account(long rowsRead, SinkResult taken, WritePath path)
    {
        foreach (var (tuple, column, rule, reason) in taken.Refused)
        {
            _digest.Remove(tuple.Span);
            _bytes -= tuple.Length;
            _rejected.Add(
                new RejectedRow(LegacyKeyText.Of(tuple.Span, work.Layout.TargetColumns[2]), column, rule, reason));
        }
        var result = new BatchResult(rowsRead, taken.RowsWritten, _rejected.Count, _filteredBy, _digest.Value, path)
        {
            BytesWritten = _bytes,
            Adjusted = work.Layout.Adjustments.Named(_adjusted),
        };
        if (taken.RowsWritten + taken.Refused.Count != _sent
            || rowsRead != result.RowsWritten + result.RowsRejected + result.RowsFiltered)
            throw new MigrationException(new Problem(
                ErrorCodes.TargetRowCountMismatch, Place,
                $"{rowsRead} rows were read and {_sent} sent, but the server took {taken.RowsWritten}, "
                + $"{result.RowsRejected} were rejected and {result.RowsFiltered} filtered.",
                "Look for a trigger or a rule on the target table that drops or adds rows; "
                + "nothing of the batch was kept."));
        return result;
    }

    /// <summary>The rejected rows with their source values, read again by key.</summary>
    public async Task<IReadOnlyList<RejectedRow>> WithOriginalsAsync(CancellationToken cancellationToken)
    {
        if (_rejected.Count == 0)
            return _rejected;
        var originals = await source.ReadOriginalsAsync(
            work.SourceSlice, batch.Range,
            _rejected.Select(r => r.LegacyKey).ToHashSet(StringComparer.Ordinal), cancellationToken);
        return _rejected.ConvertAll(r => r with { Original = originals.GetValueOrDefault(r.LegacyKey) });
    }

    async Task WriteChunksAsync(
        ChannelReader<RowChunk> full, ChannelWriter<RowChunk> free, CancellationToken cancellationToken)
    {
        await foreach (var chunk in full.ReadAllAsync(cancellationToken))
        {
            FaultPoint.Pass("copy.mid-copy");
            _rejected.AddRange(chunk.Rejected);
            foreach (var (filter, rows) in chunk.FilteredBy)
                _filteredBy[filter] = _filteredBy.GetValueOrDefault(filter) + rows;
            var tuples = await _orphans.LeaveOutAsync(chunk, _rejected, cancellationToken);
            _digest.Add(chunk.Digest);
            _sent += chunk.RowsToWrite;
            _bytes += tuples.Length;
            chunk.Tuples.Adjustments.AddTo(_adjusted);
            await batch.Sink.WriteAsync(tuples, cancellationToken);
            chunk.Reset();
            if (!free.TryWrite(chunk))
                chunk.Dispose();
        }
    }

    // A live source may have changed since it was planned, which is no fault; a driver that lost rows is. Counting the
    // range again tells the two apart.
    async Task EnsureCompleteAsync(ISourceBatch rows, long read, CancellationToken cancellationToken)
    {
        var counted = await rows.RecountAsync(cancellationToken);
        if (counted != read)
            throw new MigrationException(
                new Problem(
                    ErrorCodes.SourceShortRead, Place,
                    $"{read} rows were read, but the source counts {counted} in the same range.",
                    "The batch is retried; if it persists, the source is changing faster than it is read: "
                    + "use isolation snapshot."),
                isTransient: true);
    }

    string Place => $"{work.Slice}, batch {work.Number}";
}
