using System.Data.Common;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Sources;

/// <summary>The legacy database, read only. Every call has a time-out; a failure is a
/// <see cref="Errors.MigrationException"/> with a MIG3xxx code that says whether it is transient.</summary>
public interface ISourceDatabase
{
    /// <summary>The same database, with statements that may take as long as a run allows its own.</summary>
    ISourceDatabase For(RunContext run);

    /// <summary>Connects and asks for version, settings and clock.</summary>
    Task<SourceFacts> GetFactsAsync(CancellationToken cancellationToken);

    /// <summary>A table's columns and indexes, or null when it does not exist or may not be seen.</summary>
    Task<SourceTable?> FindTableAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether the login may read the table.</summary>
    Task<bool> CanReadAsync(string table, CancellationToken cancellationToken);

    /// <summary>Rights of the login beyond reading: on the server, on the database and on the tables.</summary>
    Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Columns of the table whose values the login gets masked (dynamic data masking).</summary>
    Task<IReadOnlyList<string>> FindMaskedColumnsAsync(string table, CancellationToken cancellationToken);

    /// <summary>All tenants, ordered by key in the source's order.</summary>
    Task<IReadOnlyList<Tenant>> ReadTenantsAsync(Manifest manifest, CancellationToken cancellationToken);

    /// <summary>Rows of one tenant and entity.</summary>
    Task<long> CountAsync(SourceSlice slice, CancellationToken cancellationToken);

    /// <summary>Rows of one tenant and entity whose key is in the range.</summary>
    Task<long> CountRangeAsync(SourceSlice slice, BatchRange range, CancellationToken cancellationToken);

    /// <summary>Whether a tenant has any row of the entity.</summary>
    Task<bool> HasRowsAsync(SourceSlice slice, CancellationToken cancellationToken);

    /// <summary>Tenants' keys that do not tell tenants apart: groups that the source holds to be equal, in the tenants' table's own
    /// comparison or in that of an entity's tenant column, and keys that cannot be converted as the manifest says. A key that is
    /// listed twice is such a group.</summary>
    /// <param name="column">An entity's tenant column; null for the tenants' table's own comparison.</param>
    Task<IReadOnlyList<TenantGroup>> FindEqualTenantsAsync(
        TenantKeys tenants, SourceColumn? column, CancellationToken cancellationToken);

    /// <summary>Counts every row of an entity's table by tenant, in one statement that reads the table once.</summary>
    Task<SourceCensus> CountByTenantAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken);

    /// <summary>Keys of an entity that occur several times within a tenant though their spellings differ: the source holds them to
    /// be equal, ids would not be.</summary>
    Task<long> CountEqualKeysAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken);

    /// <summary>What the server says of the rows that reading the table would give now.</summary>
    Task<IReadOnlyList<DescribedColumn>> DescribeAsync(string table, CancellationToken cancellationToken);

    /// <summary>Rows of an entity, by tenant key, whose reference names no row of the parent's table for the same tenant.</summary>
    /// <param name="reference">Source column with the parent's key; rows where it is NULL refer to nothing.</param>
    /// <param name="parent">An entity whose key is one column.</param>
    Task<IReadOnlyDictionary<string, long>> CountOrphansAsync(
        Manifest manifest, EntityManifest entity, string reference, EntityManifest parent, CancellationToken cancellationToken);

    /// <summary>The next batches after a boundary, at most <paramref name="count"/>, each of
    /// <paramref name="batchSize"/> rows but the last; computed by the source in its own order.</summary>
    Task<IReadOnlyList<BatchRange>> PlanAsync(
        SourceSlice slice, SlicePosition position, int batchSize, int count, CancellationToken cancellationToken);

    /// <summary>Opens the rows of a batch in key order. The reader is synchronous by intent: async reads of SqlClient
    /// are slower, and 6.1.0 lost rows in them. The statement has the server describe the table first: when that is not what the
    /// slice's table was described as, nothing is read.</summary>
    /// <exception cref="Errors.MigrationException">MIG3016: the table has changed.</exception>
    Task<ISourceBatch> OpenAsync(
        SourceSlice slice, BatchRange range, IReadOnlyList<SelectedColumn> columns, SourceIsolation isolation,
        CancellationToken cancellationToken);

    /// <summary>Opens single rows by their legacy keys, at most <see cref="MostKeys"/> keys and <see cref="MostKeyValues"/> values of
    /// key columns in all, in no order; keys that are gone are absent. Where the source holds keys to be equal that are not, more rows may come than were asked for.</summary>
    Task<ISourceRows> OpenKeysAsync(
        SourceSlice slice, IReadOnlyList<SelectedColumn> columns, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken);

    /// <summary>Keys that one call of <see cref="OpenKeysAsync"/> may ask for.</summary>
    const int MostKeys = 250;

    /// <summary>Values of key columns in one statement: SQL Server takes 2,100 parameters, and some are the tenant's and the
    /// range's.</summary>
    const int MostKeyValues = 1_000;

    /// <summary>Legacy keys of the rows whose place among the tenant's, by key and from 0, is <paramref name="offset"/> modulo
    /// <paramref name="step"/>: a systematic sample.</summary>
    Task<IReadOnlyList<string>> SampleKeysAsync(
        SourceSlice slice, long step, long offset, CancellationToken cancellationToken);

    /// <summary>Reads rows again by legacy key, as JSON objects of column and invariant text; rows that are gone are absent.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadOriginalsAsync(
        SourceSlice slice, BatchRange range, IReadOnlySet<string> legacyKeys, CancellationToken cancellationToken);
}

/// <summary>What the source says of itself.</summary>
public sealed record SourceFacts(
    string ProductVersion, string Database, string Login, DateTime UtcNow, bool AllowsSnapshot, string Collation)
{
    /// <summary>Nobody can write the database through this server: a readable secondary, a log-shipping standby or a copy that is
    /// frozen.</summary>
    public bool IsReadOnly { get; init; }
}

/// <summary>Rows that are being read.</summary>
public interface ISourceRows : IAsyncDisposable
{
    /// <summary>The rows; read on a thread of one's own.</summary>
    DbDataReader Rows { get; }

    /// <summary>The coded failure behind what reading <see cref="Rows"/> threw, or the exception itself when the source is
    /// not at fault: whoever reads knows no driver.</summary>
    Exception Explain(Exception e, CancellationToken cancellationToken);

    /// <summary>Ends a running read early; safe from any thread.</summary>
    void Cancel();
}

/// <summary>An open batch: the rows, and a count of the same range under the same isolation.</summary>
public interface ISourceBatch : ISourceRows
{
    /// <summary>Counts the range again, for when a read does not give as many rows as were planned.</summary>
    Task<long> RecountAsync(CancellationToken cancellationToken);
}
