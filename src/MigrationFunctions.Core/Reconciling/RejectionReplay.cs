using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Tries the open rejections of one tenant and entity again: each row is looked up as the source has it now, and is
/// written, closed, or stays rejected for the reason that it has now. A page's rows and what becomes of their rejections commit
/// together, so the effect is exactly once however often it is repeated, and a crash leaves whole pages or nothing.</summary>
public sealed class RejectionReplay(ISourceDatabase source, ReconciledTarget target, RowSlice slice)
{
    const int PagesAtOnce = 8;

    readonly SourceRows _source = new(source, slice);
    readonly ParentCheck _parents = new(target.Database, slice);

    /// <summary>Goes through some two thousand keys after a key.</summary>
    /// <param name="by">The run or repair that tries.</param>
    /// <returns>Where to go on, or null at the end.</returns>
    /// <exception cref="Errors.MigrationException">MIG3xxx and MIG4xxx; transient ones may be retried as they are.</exception>
    public async Task<string?> ReplayAsync(RejectionTry by, string? after, CancellationToken cancellationToken)
    {
        for (var i = 0; i < PagesAtOnce; i++)
        {
            var keys = await target.Rejections.ListKeysAsync(
                slice.Ledger, after, ISourceDatabase.MostKeys, cancellationToken);
            if (keys.Count == 0)
                return null;
            FaultPoint.Pass("replay.page");
            await target.Repair.ReplayAsync(by, slice, await LookAsync(keys, cancellationToken), cancellationToken);
            after = keys[^1];
        }
        return after;
    }

    async Task<IReadOnlyList<SettledRow>> LookAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var here = await _source.ReadAsync(keys.ToHashSet(StringComparer.Ordinal), cancellationToken);
        var ids = keys.SelectMany(key => here[key].Take(1)).Select(r => r.Id).Where(id => id != Guid.Empty).ToHashSet();
        var there = await target.Rows.ReadByIdAsync(slice, ids, cancellationToken);
        List<SettledRow> rows = [.. keys.Select(key => Settle(key, [.. here[key]], there))];
        var orphans = await _parents.FindOrphansAsync(
            [.. rows.Where(r => r.Tuple is not null).Select(r => (r.LegacyKey, r.Tuple!.Value))], null, cancellationToken);
        return
        [
            .. rows.Select(r => orphans.TryGetValue(r.LegacyKey, out var orphan)
                ? r with { Tuple = null, Still = [orphan, .. r.Still] }
                : r),
        ];
    }

    SettledRow Settle(
        string key, IReadOnlyList<SourceRow> here, IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> there)
    {
        var found = here.Count > 0 && there.TryGetValue(here[0].Id, out var tuple) ? tuple : (ReadOnlyMemory<byte>?)null;
        var rows = RowsOfKey.Of(here, found, slice.Layout.Entity.Target.LegacyId);
        var end = rows.Row is not null ? RejectionEnd.Written
            : here.Any(r => r.Outcome == RowOutcome.Filtered) ? RejectionEnd.Filtered : RejectionEnd.Gone;
        return new SettledRow(key, rows.IsSame ? null : rows.Row?.Tuple, found is not null, rows.Others, end);
    }
}
