using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>A row as both sides have it now.</summary>
/// <param name="Kind">What is wrong with it; null when it is as it should be.</param>
/// <param name="Expected">What the target ought to hold, or null for nothing.</param>
public sealed record ComparedRow(
    Guid Id, string LegacyKey, DifferenceKind? Kind, IReadOnlyList<ColumnDifference> Columns,
    ReadOnlyMemory<byte>? Expected)
{
    /// <summary>Why the target cannot hold the source row.</summary>
    public RejectReason? Reason { get; init; }
}

/// <summary>Looks single rows up on both sides, by key, and compares them column by column. What has come to be equal
/// since it was first seen no longer counts, so that a reconciliation beside a live source does not report rows that were
/// merely read at different moments.</summary>
sealed class RowComparer(ISourceDatabase source, ITargetRows target, RowSlice slice, RejectedKeys rejected)
{
    /// <summary>The rows as they are now, at most <see cref="ISourceDatabase.MostKeys"/>.</summary>
    public async Task<IReadOnlyList<ComparedRow>> CompareAsync(
        IReadOnlyList<Candidate> rows, CancellationToken cancellationToken)
    {
        var here = await ReadSourceAsync(rows, cancellationToken);
        var ids = rows.Select(r => r.Id).Concat(here.Values.Select(s => s.Id)).Where(id => id != Guid.Empty).ToHashSet();
        var there = await target.ReadByIdAsync(slice, ids, cancellationToken);
        var byId = here.Values.Where(s => s.Id != Guid.Empty).ToLookup(s => s.Id);
        return [.. rows.Select(r => Compare(r, byId[r.Id].FirstOrDefault() ?? here.GetValueOrDefault(r.LegacyKey), there))];
    }

    ComparedRow Compare(
        Candidate row, SourceRow? here, IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> there)
    {
        // Without the cast null would become an empty memory, by its conversion from an array.
        var found = there.TryGetValue(row.Id, out var tuple) ? tuple : (ReadOnlyMemory<byte>?)null;
        var key = here?.LegacyKey ?? (found is { } its ? LegacyKeyText.Of(its.Span, slice.Layout.TargetColumns[2]) : row.LegacyKey);
        if (here is { Outcome: RowOutcome.Rejected } && !rejected.Contains(here.LegacyKey) && (here.Id == row.Id || row.Id == Guid.Empty))
            return new(row.Id, key, DifferenceKind.NotRejected, [], null) { Reason = here.Reason };
        if (here is not null && here.Id != row.Id)
            return new(row.Id, key, found is null ? null : DifferenceKind.WrongId, [], null);
        var expected = here is { Outcome: RowOutcome.Written } && !rejected.Contains(here.Id) ? here.Tuple : (ReadOnlyMemory<byte>?)null;
        return (expected, found) switch
        {
            (null, null) => new(row.Id, key, null, [], null),
            (null, _) => new(row.Id, key, DifferenceKind.Extra, [], null),
            (_, null) => new(row.Id, key, DifferenceKind.Missing, [], expected),
            _ when expected.Value.Span.SequenceEqual(found.Value.Span) => new(row.Id, key, null, [], expected),
            _ => new(
                row.Id, key, DifferenceKind.Different,
                TupleComparison.Between(slice.Layout.TargetColumns, expected.Value, found.Value), expected),
        };
    }

    async Task<Dictionary<string, SourceRow>> ReadSourceAsync(
        IReadOnlyList<Candidate> rows, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SourceRow>(StringComparer.Ordinal);
        var keys = rows.Select(r => r.LegacyKey).ToHashSet(StringComparer.Ordinal);
        await using var batch = await source.OpenKeysAsync(
            slice.Source, slice.Layout.Selection, keys, cancellationToken);
        var entity = slice.Layout.Entity;
        var ids = new RowIdGenerator(slice.Run.Manifest.IdNamespace, slice.Tenant.Key, entity.Name, entity.Ids);
        var encoder = new RowEncoder(slice.Layout, slice.Tenant, slice.Run.Manifest.IdNamespace);
        using var tuples = new TupleBuffer();
        try
        {
            while (batch.Rows.Read())
            {
                var outcome = encoder.Encode(batch.Rows, tuples);
                var key = encoder.LegacyKey(batch.Rows);
                // The row's id follows from its key, whether or not the target can hold the row.
                found.TryAdd(key, new SourceRow(
                    key, ids.TryForKeyText(key, out var id) ? id : Guid.Empty, outcome,
                    outcome == RowOutcome.Written ? tuples.LastRow.ToArray() : default, encoder.Reason));
                tuples.Reset();
            }
        }
        catch (Exception e) when (batch.Explain(e, cancellationToken) is var failure && failure != e)
        {
            throw failure;
        }
        return found;
    }

    sealed record SourceRow(
        string LegacyKey, Guid Id, RowOutcome Outcome, ReadOnlyMemory<byte> Tuple, RejectReason? Reason);
}
