using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Sees that the units of a slice's source hold each of its rows once, by asking the source itself: a boundary that is
/// wrong would leave rows unread, or have them read twice, with nobody noticing.</summary>
sealed class SliceCoverage(
    ISourceDatabase source, IReconciliationWork work, string id, ReconciliationItem item, RowSlice slice)
{
    // Boundaries of the source that are asked for at once.
    const int UnitsOfPage = 20;

    /// <summary>Ranges behind the last unit, where rows were added meanwhile.</summary>
    /// <param name="mostRows">Rows behind the last unit that are worth reading.</param>
    /// <exception cref="MigrationException">MIG5007: the parts do not add up to the slice, or more rows than that lie
    /// behind.</exception>
    public async Task<IReadOnlyList<BatchRange>> FindBehindAsync(
        int rowsOfUnit, long mostRows, CancellationToken cancellationToken)
    {
        var units = await work.GetSourceUnitsAsync(id, item, cancellationToken);
        if (units.Read == item.SourceRows)
            return [];
        var before = await source.CountAsync(slice.Source, cancellationToken);
        if (units.Read == before)
            return [];
        var inside = 0L;
        foreach (var range in units.Ranges)
            inside += await source.CountRangeAsync(slice.Source, range, cancellationToken);
        var behind = await PlanBehindAsync(units, rowsOfUnit, cancellationToken);
        var parts = inside + behind.Sum(range => range.PlannedRows);
        // A source in use may gain or lose rows between the two counts.
        var after = await source.CountAsync(slice.Source, cancellationToken);
        if (parts < Math.Min(before, after) || parts > Math.Max(before, after))
            throw NotCovered($"The source counts {after} rows, but its {units.Ranges.Count} units hold {parts}.");
        return parts - inside <= mostRows ? behind
            : throw NotCovered($"{parts - inside} rows were added behind the last unit.");
    }

    async Task<IReadOnlyList<BatchRange>> PlanBehindAsync(
        SourceUnits units, int rowsOfUnit, CancellationToken cancellationToken)
    {
        var behind = new List<BatchRange>();
        var position = units.Ranges.Count > 0
            ? new SlicePosition(units.Ranges[^1].Number, units.Ranges[^1].UpTo)
            : new SlicePosition(0, null);
        IReadOnlyList<BatchRange> page;
        do
        {
            page = await source.PlanAsync(slice.Source, position, rowsOfUnit, UnitsOfPage, cancellationToken);
            behind.AddRange(page);
            if (page.Count > 0)
                position = new SlicePosition(page[^1].Number, page[^1].UpTo);
        }
        while (page.Count > 0);
        return behind;
    }

    MigrationException NotCovered(string what) => new(new Problem(
        ErrorCodes.UnitsNotCovered, slice.ToString(), what,
        "Reconcile again while the source is quiet; if it persists, look at the key's index in the source."));
}
