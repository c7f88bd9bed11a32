using System.IO.Hashing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Compares one tenant's rows of one entity, in steps that a crash may interrupt anywhere: plan units, read each into
/// buckets, compare the buckets, read the differing ones again for their rows, look each of those rows up on both sides.
/// Every step may be repeated. Memory is bounded by a unit's buckets (1.3 MB) and the keys of rejected rows, whatever the
/// number of rows.</summary>
public sealed class SliceReconciler(
    ISourceDatabase source, ReconciledTarget target, ReconciliationContext context, ReconciliationItem item, PlannedEntity entity)
{
    // Boundaries of the source that are asked for at once.
    const int UnitsOfPage = 20;

    /// <summary>Rows of a unit: seconds of reading.</summary>
    public int RowsOfUnit { get; init; } = 250_000;

    /// <summary>Rows of differing buckets that are looked at: enough for every real fault; a column that is wrong everywhere is
    /// known after fewer.</summary>
    public int MostCandidates { get; init; } = 100_000;

    readonly IReconciliationWork _work = target.ReconciliationWork;
    readonly RowSlice _slice = new(context.Run, item.Tenant, entity);

    /// <summary>Cuts both sides into units.</summary>
    public async Task<UnitCount> PlanAsync(CancellationToken cancellationToken)
    {
        var units = new List<ReconciliationUnit>();
        var position = new SlicePosition(0, null);
        IReadOnlyList<BatchRange> page;
        do
        {
            page = await source.PlanAsync(_slice.Source, position, RowsOfUnit, UnitsOfPage, cancellationToken);
            units.AddRange(page.Select(range => new ReconciliationUnit(Side.Source, range)));
            if (page.Count > 0)
                position = new SlicePosition(page[^1].Number, page[^1].UpTo);
        }
        while (page.Count > 0);
        string? after = null;
        foreach (var id in await target.Rows.PlanAsync(_slice, RowsOfUnit, cancellationToken))
        {
            Add(id.ToString());
            after = id.ToString();
        }
        Add("");
        return await _work.PlanAsync(context.Id, item, units, cancellationToken);

        void Add(string upTo) => units.Add(new ReconciliationUnit(
            Side.Target, new BatchRange(units.Count(u => u.Side == Side.Target) + 1, after, upTo, 0)));
    }

    /// <summary>Reads a unit into its side's buckets.</summary>
    public async Task ReadAsync(Side side, int number, CancellationToken cancellationToken)
    {
        var unit = await _work.GetUnitAsync(context.Id, item, side, number, cancellationToken);
        var buckets = new RowBuckets(BucketCount);
        var scan = await ScanAsync(unit, buckets.Add, cancellationToken);
        await _work.AddReadAsync(
            context.Id, item, unit,
            new UnitAccount(scan.Read, buckets, scan.Rejected, scan.Filtered, scan.Adjusted, scan.Aside),
            cancellationToken);
    }

    /// <summary>Compares the sides.</summary>
    public async Task<BucketComparison> CompareAsync(CancellationToken cancellationToken)
    {
        var here = await _work.GetBucketsAsync(context.Id, item, Side.Source, cancellationToken);
        var there = await _work.GetBucketsAsync(context.Id, item, Side.Target, cancellationToken);
        var narrowed = new HashSet<int>();
        var (rows, unresolved) = (0, 0);
        foreach (var (bucket, rowsOfBucket) in here.DifferencesTo(there))
        {
            if (rows < MostCandidates)
                narrowed.Add(bucket);
            else
                unresolved++;
            rows += rowsOfBucket;
        }
        return new BucketComparison(here, there, narrowed, unresolved);
    }

    /// <summary>Reads a unit again, for the rows of the buckets that differ.</summary>
    public async Task NarrowAsync(Side side, int number, CancellationToken cancellationToken)
    {
        var unit = await _work.GetUnitAsync(context.Id, item, side, number, cancellationToken);
        var comparison = await CompareAsync(cancellationToken);
        var legacyId = _slice.Layout.TargetColumns[2];
        var candidates = new List<Candidate>();
        await ScanAsync(unit, (id, tuple) =>
        {
            if (comparison.Narrowed.Contains(comparison.Source.Of(id)))
                candidates.Add(new Candidate(id, LegacyKeyText.Of(tuple, legacyId), XxHash128.Hash(tuple)));
        }, cancellationToken);
        await _work.AddCandidatesAsync(context.Id, item, unit, candidates, cancellationToken);
    }

    /// <summary>Looks at every candidate on both sides, and ends the slice.</summary>
    /// <exception cref="Errors.MigrationException">MIG5007: a row of the source was read by no unit, or by two.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var comparer = await ComparerAsync(cancellationToken);
        var refused = 0L;
        IReadOnlyList<Candidate> page = [];
        do
        {
            page = await _work.GetDifferingAsync(
                context.Id, item, page.Count > 0 ? page[^1] : null, ISourceDatabase.MostKeys, cancellationToken);
            if (page.Count > 0)
                refused += await RecordAsync(comparer, page, cancellationToken);
        }
        while (page.Count == ISourceDatabase.MostKeys);
        refused += await ReadBehindAsync(comparer, cancellationToken);
        var (here, there, _, unresolved) = await CompareAsync(cancellationToken);
        await _work.FinishSliceAsync(
            context.Id, item, new SliceFindings(Math.Max(here.Rows, there.Rows), refused, unresolved, here.Digest, there.Digest),
            cancellationToken);
    }

    /// <summary>Compares a systematic sample of each side, and ends the slice.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        var comparer = await ComparerAsync(cancellationToken);
        var legacyId = _slice.Layout.TargetColumns[2];
        var (step, offset) = StepOf(item.TargetRows);
        var tuples = await target.Rows.SampleAsync(_slice, step, offset, cancellationToken);
        var candidates = tuples.ToDictionary(
            t => TupleIds.IdOf(t.Span), t => new Candidate(TupleIds.IdOf(t.Span), LegacyKeyText.Of(t.Span, legacyId), default));
        (step, offset) = StepOf(item.SourceRows);
        var ids = new RowIdGenerator(
            context.Run.Manifest.IdNamespace, item.TenantKey, item.Entity, _slice.Layout.Entity.Ids);
        foreach (var key in await source.SampleKeysAsync(_slice.Source, step, offset, cancellationToken))
            if (ids.TryForKeyText(key, out var id))
                candidates.TryAdd(id, new Candidate(id, key, default));
        foreach (var page in candidates.Values.Chunk(ISourceDatabase.MostKeys))
            await RecordAsync(comparer, page, cancellationToken);
        await _work.FinishSliceAsync(
            context.Id, item, new SliceFindings(candidates.Count, 0, 0, null, null), cancellationToken);
    }

    // Rows that were added to the source behind the last unit.
    async Task<long> ReadBehindAsync(RowComparer comparer, CancellationToken cancellationToken)
    {
        var refused = 0L;
        var behind = await new SliceCoverage(source, _work, context.Id, item, _slice)
            .FindBehindAsync(RowsOfUnit, MostCandidates, cancellationToken);
        foreach (var range in behind)
        {
            var rows = new List<Candidate>();
            var legacyId = _slice.Layout.TargetColumns[2];
            var scan = await ScanAsync(
                new ReconciliationUnit(Side.Source, range),
                (id, tuple) => rows.Add(new Candidate(id, LegacyKeyText.Of(tuple, legacyId), default)), cancellationToken);
            foreach (var page in rows.Concat(scan.Aside).Chunk(ISourceDatabase.MostKeys))
                refused += await RecordAsync(comparer, page, cancellationToken);
        }
        return refused;
    }

    int BucketCount => RowBuckets.CountFor(Math.Max(item.SourceRows, item.TargetRows));

    (long Step, long Offset) StepOf(long rows)
    {
        var step = Math.Max(1, (rows + context.SampleSize - 1) / context.SampleSize);
        var draw = XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{context.Seed}/{item.TenantKey}/{item.Entity}"));
        return (step, (long)(draw % (ulong)step));
    }

    async Task<ScanAccount> ScanAsync(
        ReconciliationUnit unit, RowVisitor visit, CancellationToken cancellationToken)
    {
        if (unit.Side == Side.Source)
            return await new SourceScan(_slice, await RejectedAsync(cancellationToken), visit)
                .ReadAsync(source, unit.Range, cancellationToken);
        await target.Rows.ReadAsync(
            _slice, IdOrNull(unit.Range.After), IdOrNull(unit.Range.UpTo), visit, cancellationToken);
        return new ScanAccount(0, 0, 0, BatchResult.NoneAdjusted, []);
    }

    static Guid? IdOrNull(string? id) => string.IsNullOrEmpty(id) ? null : Guid.Parse(id);

    async Task<RejectedKeys> RejectedAsync(CancellationToken cancellationToken) =>
        new(_slice, await target.Rejections.GetAsync(_slice.Ledger, cancellationToken));

    async Task<RowComparer> ComparerAsync(CancellationToken cancellationToken) =>
        new(source, target.Rows, _slice, await RejectedAsync(cancellationToken));

    /// <returns>Rows that the target cannot take, beside those that cannot be encoded.</returns>
    async Task<long> RecordAsync(
        RowComparer comparer, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var compared = await comparer.CompareAsync(candidates, cancellationToken);
        var still = await new StillRejected(target, _slice).FindAsync(compared, cancellationToken);
        await _work.SetDifferencesAsync(
            context.Id, item, candidates,
            [.. compared.Where(c => c.Kind is not null && !still.Contains(c.LegacyKey)).Select(c => new RowDifference(
                item.TenantKey, item.Entity, c.LegacyKey, c.Id, c.Kind!.Value, c.Columns))],
            cancellationToken);
        return still.Count + compared.Where(c => c.IsRejected).DistinctBy(c => c.LegacyKey)
            .Sum(c => c.Others.Count(o => o.Rule == RejectRules.DuplicateKey));
    }
}

/// <summary>The buckets of both sides.</summary>
/// <param name="Narrowed">Differing buckets whose rows are looked at.</param>
/// <param name="Unresolved">Differing buckets beyond them.</param>
public sealed record BucketComparison(
    RowBuckets Source, RowBuckets Target, IReadOnlySet<int> Narrowed, int Unresolved);
