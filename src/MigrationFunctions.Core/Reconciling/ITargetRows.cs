using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Reads the target's rows as they stand: canonical tuples by <c>COPY (SELECT ...) TO STDOUT BINARY</c>, each call at
/// one consistent point. Failures are <see cref="Errors.MigrationException"/>s with a MIG4xxx code.</summary>
public interface ITargetRows
{
    /// <summary>Rows by tenant in one pass over the table, those of tenants that nobody lists included; tenant by tenant where
    /// every identity is under row-level security, and then of the given tenants only.</summary>
    Task<IReadOnlyDictionary<Guid, SideCount>> CountByTenantAsync(
        RunContext run, EntityManifest entity, IReadOnlyCollection<Guid> tenants, CancellationToken cancellationToken);

    /// <summary>Ids that cut a tenant's rows into parts of about that many rows, in order; the last part has no end of its
    /// own.</summary>
    Task<IReadOnlyList<Guid>> PlanAsync(RowSlice slice, int rows, CancellationToken cancellationToken);

    /// <summary>Reads the rows with <c>after</c> &lt; id &lt;= <c>upTo</c>; null is no bound.</summary>
    Task ReadAsync(
        RowSlice slice, Guid? after, Guid? upTo, RowVisitor visit, CancellationToken cancellationToken);

    /// <summary>The rows with these ids; ids that the tenant does not have are absent.</summary>
    Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> ReadByIdAsync(
        RowSlice slice, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);

    /// <summary>The rows whose place among the tenant's, by id and from 0, is <paramref name="offset"/> modulo
    /// <paramref name="step"/>: a systematic sample.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> SampleAsync(
        RowSlice slice, long step, long offset, CancellationToken cancellationToken);
}

/// <summary>Takes one row.</summary>
/// <param name="tuple">Its canonical bytes; valid until the visitor returns.</param>
public delegate void RowVisitor(Guid id, ReadOnlySpan<byte> tuple);

/// <summary>One tenant's rows of one entity, with all that reading them takes.</summary>
public sealed record RowSlice(RunContext Run, Tenant Tenant, PlannedEntity Entity)
{
    public EntityLayout Layout => Entity.Layout;

    public Slice Ledger => Run.Slice(Tenant.Id, Tenant.Key, Layout.Entity.Name);

    public SourceSlice Source => Entity.SliceOf(Tenant.Key);

    /// <summary>For messages: <c>student of tenant 7</c>.</summary>
    public override string ToString() => Ledger.ToString();
}
