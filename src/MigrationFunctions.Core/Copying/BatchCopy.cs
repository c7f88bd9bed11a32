using System.Diagnostics;
using System.Threading.Channels;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Copying;

/// <summary>One attempt at one batch: while a chunk of rows is written, orphans are looked for in the next one, and a
/// thread of its own reads and maps the one after. Memory is bounded by five chunks whatever the batch's size.</summary>
sealed class BatchCopy(BatchWork work, ITargetBatch batch, ISourceDatabase source, ITargetDatabase target)
{
    const int Chunks = 5;
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
        var asked = Stopwatch.GetTimestamp();
        await using var rows = await source.OpenAsync(
            work.SourceSlice, batch.Range, work.Layout.Selection, work.Run.Options.Isolation, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var cancelRead = stop.Token.Register(rows.Cancel);
        var full = Channel.CreateBounded<RowChunk>(1);
        var whole = Channel.CreateBounded<RowChunk>(1);
        var free = Channel.CreateBounded<RowChunk>(Chunks);
        var reader = new ChunkReader(work, rows, asked);
        var reading = Task.Factory.StartNew(
            () => reader.Read(full.Writer, free.Reader, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var checking = LeaveOutOrphansAsync(full.Reader, whole.Writer, stop.Token);
        try
        {
            await WriteChunksAsync(whole.Reader, free.Writer, cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await Task.WhenAll(reading, checking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var chunks in (Channel<RowChunk>[])[full, whole, free])
                while (chunks.Reader.TryRead(out var chunk))
                    chunk.Dispose();
        }
        var read = await reading;
        FaultPoint.Pass("copy.after-read");
        await CompleteRead.EnsureAsync(rows, batch.Range.PlannedRows, read, Place, cancellationToken);
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

    async Task LeaveOutOrphansAsync(
        ChannelReader<RowChunk> full, ChannelWriter<RowChunk> whole, CancellationToken cancellationToken)
    {
        var orphans = new OrphanCheck(work, target);
        try
        {
            await foreach (var chunk in full.ReadAllAsync(cancellationToken))
            {
                await orphans.LeaveOutAsync(chunk, cancellationToken);
                await whole.WriteAsync(chunk, cancellationToken);
            }
            whole.Complete();
        }
        catch (Exception e)
        {
            // What went wrong here, or before, is what the writer is told.
            whole.Complete(e);
        }
    }

    async Task WriteChunksAsync(
        ChannelReader<RowChunk> whole, ChannelWriter<RowChunk> free, CancellationToken cancellationToken)
    {
        await foreach (var chunk in whole.ReadAllAsync(cancellationToken))
        {
            FaultPoint.Pass("copy.mid-copy");
            _rejected.AddRange(chunk.Rejected);
            foreach (var (filter, rows) in chunk.FilteredBy)
                _filteredBy[filter] = _filteredBy.GetValueOrDefault(filter) + rows;
            chunk.Tuples.Adjustments.AddTo(_adjusted);
            _digest.Add(chunk.Digest);
            _sent += chunk.RowsToWrite;
            _bytes += chunk.Tuples.Length;
            await batch.Sink.WriteAsync(chunk.Tuples.WrittenMemory, cancellationToken);
            chunk.Reset();
            if (!free.TryWrite(chunk))
                chunk.Dispose();
        }
    }

    string Place => $"{work.Slice}, batch {work.Number}";
}
