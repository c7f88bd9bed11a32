using System.Data.Common;
using System.Text.Json;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A legacy database in memory, with the ranges and counts that SQL Server would give.</summary>
sealed class MemorySource(params MemoryTable[] tables) : ISourceDatabase
{
    /// <summary>Rows that a read silently leaves out at its end, as a faulty driver would.</summary>
    public int LostRows { get; set; }

    /// <summary>Batches of each page that a planner gets, of those that there are; all when absent.</summary>
    public Func<int, int>? KeptOfPage { get; set; }

    /// <summary>Rows that a count of the slice sees and no range holds, as a source whose order is not one would have
    /// them.</summary>
    public int RowsOutsideRanges { get; set; }

    /// <summary>Whether a read gives its last row twice, and a count counts it twice.</summary>
    public bool ReadsTwice { get; set; }

    /// <summary>Rows at the beginning of a slice that plans pass over.</summary>
    public int SkippedRows { get; set; }

    /// <summary>What it answers when it is asked for rows without a parent, by tenant.</summary>
    public Dictionary<string, long> Orphans { get; } = [];

    public ISourceDatabase For(RunContext run) => this;

    public Task<SourceFacts> GetFactsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SourceFacts("16.0", "memory", "test", DateTime.UtcNow, true, "Latin1_General_CI_AS"));

    public Task<SourceTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(tables.FirstOrDefault(t => t.Table.Name == name)?.Table);

    public Task<bool> CanReadAsync(string table, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ExcessivePrivilege>>([]);

    public Task<IReadOnlyList<string>> FindMaskedColumnsAsync(string table, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<Tenant>> ReadTenantsAsync(Manifest manifest, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Tenant>>([.. TableOf(manifest.Tenants.Table).Tenants
            .Select(key => new Tenant(key, DeterministicId.Tenant(manifest.IdNamespace, key), null))]);

    public Task<long> CountAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        Task.FromResult((long)RowsOf(slice).Count + RowsOutsideRanges);

    public Task<long> CountRangeAsync(SourceSlice slice, BatchRange range, CancellationToken cancellationToken) =>
        Task.FromResult((long)RowsIn(slice, range).Count);

    public Task<bool> HasRowsAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        Task.FromResult(RowsOf(slice).Count > 0);

    public Task<IReadOnlyList<TenantGroup>> FindEqualTenantsAsync(
        TenantKeys tenants, SourceColumn? column, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TenantGroup>>([]);

    public Task<SourceCensus> CountByTenantAsync(
        Manifest manifest, EntityManifest entity, CancellationToken cancellationToken)
    {
        var table = TableOf(entity.Source.Table);
        var byTenant = table.Tenants.Where(t => t.Length > 0).ToDictionary(t => t, t => new SideCount(table.RowsOf(t).Count, null));
        return Task.FromResult(new SourceCensus(table.Tenants.Sum(t => table.RowsOf(t).Count), byTenant, []));
    }

    public Task<long> CountEqualKeysAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken) =>
        Task.FromResult(0L);

    public Task<IReadOnlyList<DescribedColumn>> DescribeAsync(string table, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DescribedColumn>>([]);

    public Task<IReadOnlyList<BatchRange>> PlanAsync(
        SourceSlice slice, SlicePosition position, int batchSize, int count, CancellationToken cancellationToken)
    {
        var table = TableOf(slice.Table.Name);
        var rows = RowsOf(slice);
        var (from, after, number) = (After(slice, position.LastUpTo), position.LastUpTo, position.LastNumber);
        if (after is null && SkippedRows > 0 && SkippedRows < rows.Count)
            (from, after) = (SkippedRows, table.BoundaryOf(rows[SkippedRows - 1]));
        var batches = new List<BatchRange>();
        while (from < rows.Count && batches.Count < count)
        {
            var upTo = table.BoundaryOf(rows[Math.Min(from + batchSize, rows.Count) - 1]);
            var end = After(slice, upTo);
            batches.Add(new BatchRange(++number, after, upTo, end - from));
            (from, after) = (end, upTo);
        }
        return Task.FromResult<IReadOnlyList<BatchRange>>(
            KeptOfPage is { } kept ? [.. batches.Take(kept(batches.Count))] : batches);
    }

    public Task<ISourceBatch> OpenAsync(
        SourceSlice slice, BatchRange range, IReadOnlyList<SelectedColumn> columns, SourceIsolation isolation,
        CancellationToken cancellationToken)
    {
        var rows = RowsIn(slice, range);
        return Task.FromResult<ISourceBatch>(
            new Batch(TableOf(slice.Table.Name).Read(Names(columns), [.. rows.SkipLast(LostRows)]), rows.Count));
    }

    public Task<IReadOnlyDictionary<string, long>> CountOrphansAsync(
        Manifest manifest, EntityManifest entity, string reference, EntityManifest parent, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(Orphans);

    public Task<ISourceRows> OpenKeysAsync(
        SourceSlice slice, IReadOnlyList<SelectedColumn> columns, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken)
    {
        var table = TableOf(slice.Table.Name);
        var key = slice.Entity.Source.Key.Select(k => SourceNames.Column(slice.Table, k)).ToList();
        if (legacyKeys.Count == 0 || legacyKeys.Any(k => !KeyText.TryParse(k, key, out _)))
            throw new ArgumentException("Legacy keys that cannot be read back.", nameof(legacyKeys));
        var rows = RowsOf(slice).Where(row => legacyKeys.Contains(table.KeyTextOf(row))).ToList();
        return Task.FromResult<ISourceRows>(new Batch(table.Read(Names(columns), rows), rows.Count));
    }

    public Task<IReadOnlyList<string>> SampleKeysAsync(
        SourceSlice slice, long step, long offset, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. RowsOf(slice)
            .Where((_, place) => place % step == offset).Select(TableOf(slice.Table.Name).KeyTextOf)]);

    public Task<IReadOnlyDictionary<string, string>> ReadOriginalsAsync(
        SourceSlice slice, BatchRange range, IReadOnlySet<string> legacyKeys, CancellationToken cancellationToken)
    {
        var table = TableOf(slice.Table.Name);
        var originals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in RowsIn(slice, range))
            if (legacyKeys.Contains(table.KeyTextOf(row)))
                originals[table.KeyTextOf(row)] = JsonSerializer.Serialize(table.Table.Columns.ToDictionary(
                    c => c.Name, c => table[c.Name].IsNull(
                        row) ? null : Storable(InvariantText.Format(table[c.Name].Value(row)))));
        return Task.FromResult<IReadOnlyDictionary<string, string>>(originals);
    }

    // As the SQL Server source does: what jsonb cannot hold stands as the six characters \uXXXX.
    static string Storable(string text) => text.Replace("\0", @"\u0000", StringComparison.Ordinal);

    // Keys of its tables are equal when their text is, so nothing has to be looked up.
    static IEnumerable<string> Names(IReadOnlyList<SelectedColumn> columns) => columns.Select(c => c.Column.Name);

    MemoryTable TableOf(string name) => tables.First(t => t.Table.Name == name);

    IReadOnlyList<int> RowsOf(SourceSlice slice) => TableOf(slice.Table.Name).RowsOf(slice.TenantKey);

    List<int> RowsIn(SourceSlice slice, BatchRange range)
    {
        var from = After(slice, range.After);
        var rows = RowsOf(slice).Skip(from).Take(After(slice, range.UpTo) - from).ToList();
        return ReadsTwice && rows.Count > 0 ? [.. rows, rows[^1]] : rows;
    }

    /// <summary>The place after the last row with that key.</summary>
    int After(SourceSlice slice, string? boundary) =>
        boundary is null ? 0 : TableOf(slice.Table.Name).RowsUpTo(slice.TenantKey, boundary);

    sealed class Batch(MemoryRows rows, long count) : ISourceBatch
    {
        public DbDataReader Rows => rows;

        public Exception Explain(Exception e, CancellationToken cancellationToken) => e;

        public Task<long> RecountAsync(CancellationToken cancellationToken) => Task.FromResult(count);

        public void Cancel()
        {
        }

        public ValueTask DisposeAsync() => rows.DisposeAsync();
    }
}
