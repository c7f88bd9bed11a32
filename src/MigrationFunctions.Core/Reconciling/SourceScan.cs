using System.Data.Common;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>What a scan saw beside the rows that the target ought to hold.</summary>
sealed record ScanAccount(
    long Rejected, long Filtered, IReadOnlyDictionary<string, long> Adjusted, IReadOnlyList<string> NotRejected);

/// <summary>Reads a range of the source once and maps it as a migration does: with the same encoder. Constant memory; the
/// reading is synchronous, on a thread of its own.</summary>
sealed class SourceScan(RowSlice slice, RejectedKeys rejected, RowVisitor visit)
{
    // Often enough to keep the buffer small, rarely enough to cost nothing.
    const int BufferedBytes = 256 * 1024;

    readonly RowEncoder _encoder = new(slice.Layout, slice.Tenant, slice.Run.Manifest.IdNamespace);
    readonly long[] _adjusted = new long[slice.Layout.Adjustments.Names.Count];
    readonly List<string> _notRejected = [];
    long _rejected;
    long _filtered;

    /// <summary>Visits each row that the target ought to hold.</summary>
    public async Task<ScanAccount> ReadAsync(
        ISourceDatabase source, BatchRange range, CancellationToken cancellationToken)
    {
        await using var rows = await source.OpenAsync(
            slice.Source, range, slice.Layout.Selection, slice.Run.Options.Isolation, cancellationToken);
        await using var cancelRead = cancellationToken.Register(rows.Cancel);
        await Task.Factory.StartNew(
            () => Read(rows, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return new ScanAccount(
            _rejected, _filtered, slice.Layout.Adjustments.Named(_adjusted), _notRejected);
    }

    void Read(ISourceBatch batch, CancellationToken cancellationToken)
    {
        using var tuples = new TupleBuffer();
        try
        {
            while (batch.Rows.Read())
            {
                Map(batch.Rows, tuples);
                if (tuples.Length > BufferedBytes)
                    Forget(tuples);
            }
            Forget(tuples);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (batch.Explain(e, cancellationToken) is var failure && failure != e)
        {
            throw failure;
        }
    }

    void Map(DbDataReader row, TupleBuffer tuples)
    {
        var adjustments = tuples.Adjustments.Count;
        switch (_encoder.Encode(row, tuples))
        {
            case RowOutcome.Filtered:
                _filtered++;
                break;
            case RowOutcome.Rejected when _encoder.LegacyKey(row) is var key && !rejected.Contains(key):
                _notRejected.Add(key);
                break;
            case RowOutcome.Rejected:
                _rejected++;
                break;
            default:
                if (rejected.Contains(_encoder.Id))
                {
                    _rejected++;
                    tuples.Adjustments.Forget(adjustments, tuples.Adjustments.Count);
                }
                else
                    visit(_encoder.Id, tuples.LastRow);
                break;
        }
    }

    void Forget(TupleBuffer tuples)
    {
        tuples.Adjustments.AddTo(_adjusted);
        tuples.Reset();
    }
}
