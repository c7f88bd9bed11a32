using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>A row as both sides have it now.</summary>
/// <param name="Kind">What is wrong with it; null when it is as it should be.</param>
/// <param name="Expected">What the target ought to hold, or null for nothing.</param>
public sealed record ComparedRow(
    Guid Id, string LegacyKey, DifferenceKind? Kind, IReadOnlyList<ColumnDifference> Columns,
    ReadOnlyMemory<byte>? Expected)
{
    /// <summary>Whether the row has an open rejection.</summary>
    public bool IsRejected { get; init; }

    /// <summary>Rows of the same key that the target cannot hold beside it.</summary>
    public IReadOnlyList<RejectedRow> Others { get; init; } = [];
}

/// <summary>Looks single rows up on both sides, by key, and compares them column by column. What has come to be equal
/// since it was first seen no longer counts, so that a reconciliation beside a live source does not report rows that were
/// merely read at different moments.</summary>
sealed class RowComparer(ISourceDatabase source, ITargetRows target, RowSlice slice, RejectedKeys rejected)
{
    readonly SourceRows _source = new(source, slice);

    /// <summary>The rows as they are now, at most <see cref="ISourceDatabase.MostKeys"/>.</summary>
    public async Task<IReadOnlyList<ComparedRow>> CompareAsync(
        IReadOnlyList<Candidate> rows, CancellationToken cancellationToken)
    {
        var here = await _source.ReadAsync(rows.Select(r => r.LegacyKey).ToHashSet(StringComparer.Ordinal), cancellationToken);
        var byId = here.SelectMany(of => of).Where(s => s.Id != Guid.Empty).ToLookup(s => s.Id);
        var ids = rows.Select(r => r.Id).Concat(byId.Select(of => of.Key)).Where(id => id != Guid.Empty).ToHashSet();
        var there = await target.ReadByIdAsync(slice, ids, cancellationToken);
        return
        [
            .. rows.Select(r => Compare(r, [.. byId[r.Id].Any() ? byId[r.Id] : here[r.LegacyKey]], there)),
        ];
    }

    ComparedRow Compare(
        Candidate row, IReadOnlyList<SourceRow> here, IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> there)
    {
        // Without the cast null would become an empty memory, by its conversion from an array.
        var found = there.TryGetValue(row.Id, out var tuple) ? tuple : (ReadOnlyMemory<byte>?)null;
        var key = here.Count > 0 ? here[0].LegacyKey
            : found is { } its ? LegacyKeyText.Of(its.Span, slice.Layout.TargetColumns[2]) : row.LegacyKey;
        if (here.Count > 0 && here[0].Id != row.Id)
            return new(row.Id, key, found is null ? null : DifferenceKind.WrongId, [], null);
        var rows = RowsOfKey.Of(here, found, slice.Layout.Entity.Target.LegacyId);
        var isRejected = rejected.Contains(key);
        var kind = KindOf(rows, found);
        if (kind is null or DifferenceKind.Extra && rows.Others.Count > 0 && !isRejected)
            kind = DifferenceKind.NotRejected;
        return new(
            row.Id, key, kind,
            kind == DifferenceKind.Different
                ? TupleComparison.Between(slice.Layout.TargetColumns, rows.Row!.Tuple, found!.Value)
                : [],
            rows.Row?.Tuple)
        {
            IsRejected = isRejected, Others = rows.Others,
        };
    }

    static DifferenceKind? KindOf(RowsOfKey rows, ReadOnlyMemory<byte>? found) => (rows, found) switch
    {
        ({ Row: null }, null) or ({ IsSame: true }, _) => null,
        ({ Row: null }, _) => DifferenceKind.Extra,
        (_, null) => DifferenceKind.Missing,
        _ => DifferenceKind.Different,
    };
}
