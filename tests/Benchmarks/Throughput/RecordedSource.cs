using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace Benchmarks.Throughput;

/// <summary>A source whose slices can be read once and kept in typed columns: batches of them come from memory from then
/// on, so that what is measured behind is not the source. All else is asked of the source itself.</summary>
sealed class RecordedSource(ISourceDatabase source) : ISourceDatabase
{
    readonly ConcurrentDictionary<string, Recording> _recordings = new(StringComparer.Ordinal);

    /// <summary>Reads a slice into memory.</summary>
    /// <param name="columns">Those that batches will ask for, in that order.</param>
    /// <param name="step">Rows between boundaries: sizes of batches must be its multiples.</param>
    /// <returns>Rows that were read.</returns>
    public async Task<long> RecordAsync(
        SourceSlice slice, IReadOnlyList<SelectedColumn> columns, int step, CancellationToken cancellationToken)
    {
        var ranges = await source.PlanAsync(slice, new SlicePosition(0, null), step, int.MaxValue, cancellationToken);
        var recording = new Recording(columns, step, ranges);
        var all = new BatchRange(1, null, ranges[^1].UpTo, ranges.Sum(r => r.PlannedRows));
        await using (var batch = await source.OpenAsync(slice, all, columns, SourceIsolation.ReadCommitted, cancellationToken))
            recording.Fill(batch.Rows);
        _recordings[slice.Table.Name] = recording;
        return recording.Rows;
    }

    /// <summary>All rows of a recorded slice.</summary>
    public DbDataReader ReadAll(SourceSlice slice) => _recordings[slice.Table.Name].Read(null, null);

    public ISourceDatabase For(RunContext run) => this;

    public Task<IReadOnlyList<BatchRange>> PlanAsync(
        SourceSlice slice, SlicePosition position, int batchSize, int count, CancellationToken cancellationToken) =>
        _recordings.TryGetValue(slice.Table.Name, out var recording)
            ? Task.FromResult(recording.Plan(batchSize))
            : source.PlanAsync(slice, position, batchSize, count, cancellationToken);

    public Task<ISourceBatch> OpenAsync(
        SourceSlice slice, BatchRange range, IReadOnlyList<SelectedColumn> columns, SourceIsolation isolation,
        CancellationToken cancellationToken) =>
        _recordings.TryGetValue(slice.Table.Name, out var recording)
            ? Task.FromResult<ISourceBatch>(new Batch(recording.Read(range.After, range.UpTo)))
            : source.OpenAsync(slice, range, columns, isolation, cancellationToken);

    public Task<SourceFacts> GetFactsAsync(CancellationToken cancellationToken) => source.GetFactsAsync(cancellationToken);

    public Task<SourceTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        source.FindTableAsync(name, cancellationToken);

    public Task<bool> CanReadAsync(string table, CancellationToken cancellationToken) =>
        source.CanReadAsync(table, cancellationToken);

    public Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        source.FindExcessivePrivilegesAsync(tables, cancellationToken);

    public Task<IReadOnlyList<string>> FindMaskedColumnsAsync(string table, CancellationToken cancellationToken) =>
        source.FindMaskedColumnsAsync(table, cancellationToken);

    public Task<IReadOnlyList<Tenant>> ReadTenantsAsync(Manifest manifest, CancellationToken cancellationToken) =>
        source.ReadTenantsAsync(manifest, cancellationToken);

    public Task<long> CountAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        source.CountAsync(slice, cancellationToken);

    public Task<long> CountRangeAsync(SourceSlice slice, BatchRange range, CancellationToken cancellationToken) =>
        source.CountRangeAsync(slice, range, cancellationToken);

    public Task<bool> HasRowsAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        source.HasRowsAsync(slice, cancellationToken);

    public Task<IReadOnlyList<TenantGroup>> FindEqualTenantsAsync(
        TenantKeys tenants, SourceColumn? column, CancellationToken cancellationToken) =>
        source.FindEqualTenantsAsync(tenants, column, cancellationToken);

    public Task<SourceCensus> CountByTenantAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken) =>
        source.CountByTenantAsync(manifest, entity, cancellationToken);

    public Task<long> CountEqualKeysAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken) =>
        source.CountEqualKeysAsync(manifest, entity, cancellationToken);

    public Task<IReadOnlyList<DescribedColumn>> DescribeAsync(string table, CancellationToken cancellationToken) =>
        source.DescribeAsync(table, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountOrphansAsync(
        Manifest manifest, EntityManifest entity, string reference, EntityManifest parent, CancellationToken cancellationToken) =>
        source.CountOrphansAsync(manifest, entity, reference, parent, cancellationToken);

    public Task<ISourceRows> OpenKeysAsync(
        SourceSlice slice, IReadOnlyList<SelectedColumn> columns, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken) =>
        source.OpenKeysAsync(slice, columns, legacyKeys, cancellationToken);

    public Task<IReadOnlyList<string>> SampleKeysAsync(
        SourceSlice slice, long step, long offset, CancellationToken cancellationToken) =>
        source.SampleKeysAsync(slice, step, offset, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> ReadOriginalsAsync(
        SourceSlice slice, BatchRange range, IReadOnlySet<string> legacyKeys, CancellationToken cancellationToken) =>
        source.ReadOriginalsAsync(slice, range, legacyKeys, cancellationToken);

    /// <summary>One slice in memory, with the source's own boundaries.</summary>
    sealed class Recording(IReadOnlyList<SelectedColumn> columns, int step, IReadOnlyList<BatchRange> ranges)
    {
        readonly MemoryColumn[] _columns = [.. columns.Select(c => MemoryColumn.For(c.Column))];
        readonly Dictionary<string, int> _ends = ranges
            .Select((range, i) => (range.UpTo, End: (int)ranges.Take(i + 1).Sum(r => r.PlannedRows)))
            .ToDictionary(r => r.UpTo, r => r.End, StringComparer.Ordinal);

        public int Rows { get; private set; }

        public void Fill(DbDataReader rows)
        {
            var isWide = columns.Select(c => c.Column is { Type: SqlDbType.Decimal, Precision: > 28 }).ToArray();
            for (; rows.Read(); Rows++)
                for (var i = 0; i < _columns.Length; i++)
                    _columns[i].Add(
                        rows.IsDBNull(i) ? null : isWide[i] ? rows.GetProviderSpecificValue(i) : rows.GetValue(i));
        }

        public IReadOnlyList<BatchRange> Plan(int batchSize)
        {
            if (batchSize % step != 0)
                throw new ArgumentException($"Batches of {batchSize} rows do not end at every {step}th.", nameof(batchSize));
            return
            [
                .. ranges.Chunk(batchSize / step).Select((chunk, i) => new BatchRange(
                    i + 1, chunk[0].After, chunk[^1].UpTo, chunk.Sum(r => r.PlannedRows))),
            ];
        }

        public MemoryRows Read(string? after, string? upTo)
        {
            var from = after is null ? 0 : _ends[after];
            var end = upTo is null ? Rows : _ends[upTo];
            return new MemoryRows(_columns, [.. Enumerable.Range(from, end - from)]);
        }
    }

    sealed class Batch(MemoryRows rows) : ISourceBatch
    {
        public DbDataReader Rows => rows;

        public Exception Explain(Exception e, CancellationToken cancellationToken) => e;

        public Task<long> RecountAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Rows in memory are as many as were planned.");

        public void Cancel()
        {
        }

        public ValueTask DisposeAsync() => rows.DisposeAsync();
    }
}
