using System.Data.Common;
using System.IO.Hashing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>What a scan saw beside the rows that the target ought to hold.</summary>
/// <param name="Read">All rows that were read.</param>
/// <param name="Rejected">Rows that cannot be encoded and have an open rejection.</param>
/// <param name="Aside">Rows that the ledger does not tell for certain: those that cannot be encoded and have no open rejection,
/// without a digest, and those that can be and have one.</param>
sealed record ScanAccount(
    long Read, long Rejected, long Filtered, IReadOnlyDictionary<string, long> Adjusted, IReadOnlyList<Candidate> Aside);

/// <summary>Reads a range of the source once and maps it as a migration does: with the same encoder. Constant memory; the
/// reading is synchronous, on a thread of its own.</summary>
sealed class SourceScan(RowSlice slice, RejectedKeys rejected, RowVisitor visit)
{
    // Often enough to keep the buffer small, rarely enough to cost nothing.
    const int BufferedBytes = 256 * 1024;

    readonly RowEncoder _encoder = new(slice.Layout, slice.Tenant, slice.Run.Manifest.IdNamespace);
    readonly long[] _adjusted = new long[slice.Layout.Adjustments.Names.Count];
    readonly List<Candidate> _aside = [];
    readonly RowIdGenerator _ids = new(
        slice.Run.Manifest.IdNamespace, slice.Tenant.Key, slice.Layout.Entity.Name, slice.Layout.Entity.Ids);
    long _read;
    long _rejected;
    long _filtered;

    /// <summary>Visits each row that the target ought to hold.</summary>
    /// <exception cref="Errors.MigrationException">MIG3005, transient: not all rows of the range came.</exception>
    public async Task<ScanAccount> ReadAsync(
        ISourceDatabase source, BatchRange range, CancellationToken cancellationToken)
    {
        await using var rows = await source.OpenAsync(
            slice.Source, range, slice.Layout.Selection, slice.Run.Options.Isolation, cancellationToken);
        await using var cancelRead = cancellationToken.Register(rows.Cancel);
        await Task.Factory.StartNew(
            () => Read(rows, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await CompleteRead.EnsureAsync(
            rows, range.PlannedRows, _read, $"{slice}, rows of unit {range.Number}", cancellationToken);
        return new ScanAccount(
            _read, _rejected, _filtered, slice.Layout.Adjustments.Named(_adjusted), _aside);
    }

    void Read(ISourceBatch batch, CancellationToken cancellationToken)
    {
        using var tuples = new TupleBuffer();
        try
        {
            while (batch.Rows.Read())
            {
                _read++;
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
                _aside.Add(new Candidate(_ids.TryForKeyText(key, out var id) ? id : Guid.Empty, key, default));
                break;
            case RowOutcome.Rejected:
                _rejected++;
                break;
            default:
                if (rejected.Contains(_encoder.Id))
                {
                    _aside.Add(new Candidate(_encoder.Id, _encoder.LegacyKey(row), XxHash128.Hash(tuples.LastRow)));
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
