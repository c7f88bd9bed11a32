using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>A source row as it is now, mapped.</summary>
/// <param name="Id">The id that follows from its key, whether or not the target can hold the row; empty for a key that can have
/// none.</param>
/// <param name="Tuple">What the target ought to hold, when it was encoded.</param>
/// <param name="Reason">Why it could not be encoded.</param>
sealed record SourceRow(
    string LegacyKey, Guid Id, RowOutcome Outcome, ReadOnlyMemory<byte> Tuple, RejectReason? Reason);

/// <summary>Looks single rows of a slice up in the source, by key, and maps them as a migration does.</summary>
sealed class SourceRows(ISourceDatabase source, RowSlice slice)
{
    /// <summary>The rows with these keys, in the order in which the source gives them: several where a key is not unique, none
    /// where it is gone.</summary>
    /// <param name="legacyKeys">At most <see cref="ISourceDatabase.MostKeys"/>.</param>
    public async Task<ILookup<string, SourceRow>> ReadAsync(
        IReadOnlySet<string> legacyKeys, CancellationToken cancellationToken)
    {
        var found = new List<SourceRow>();
        var columns = slice.Layout.Entity.Source.Key.Select(name => SourceNames.Column(slice.Source.Table, name)).ToList();
        // What the target's rows have as their keys may be nothing that the source could have.
        var possible = legacyKeys.Where(key => KeyText.TryParse(key, columns, out _)).ToList();
        if (possible.Count == 0)
            return Enumerable.Empty<SourceRow>().ToLookup(r => r.LegacyKey);
        foreach (var some in possible.Chunk(Math.Max(1, ISourceDatabase.MostKeyValues / columns.Count)))
            await ReadAsync(some, found, cancellationToken);
        return found.ToLookup(r => r.LegacyKey, StringComparer.Ordinal);
    }

    async Task ReadAsync(IReadOnlyCollection<string> legacyKeys, List<SourceRow> found, CancellationToken cancellationToken)
    {
        var entity = slice.Layout.Entity;
        await using var batch = await source.OpenKeysAsync(slice.Source, slice.Layout.Selection, legacyKeys, cancellationToken);
        var ids = new RowIdGenerator(slice.Run.Manifest.IdNamespace, slice.Tenant.Key, entity.Name, entity.Ids);
        var encoder = new RowEncoder(slice.Layout, slice.Tenant, slice.Run.Manifest.IdNamespace);
        using var tuples = new TupleBuffer();
        try
        {
            while (batch.Rows.Read())
            {
                var outcome = encoder.Encode(batch.Rows, tuples);
                var key = encoder.LegacyKey(batch.Rows);
                found.Add(new SourceRow(
                    key, ids.TryForKeyText(key, out var id) ? id : Guid.Empty, outcome,
                    outcome == RowOutcome.Written ? tuples.LastRow.ToArray() : default, encoder.Reason));
                tuples.Reset();
            }
        }
        catch (Exception e) when (batch.Explain(e, cancellationToken) is var failure && failure != e)
        {
            throw failure;
        }
    }
}
