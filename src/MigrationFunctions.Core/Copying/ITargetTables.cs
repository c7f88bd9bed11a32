using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Copying;

/// <summary>What target tables need around a load: secondary indexes and foreign keys out of its way, statistics and
/// sequences after it. Done by whichever identity owns a table. Every call is idempotent, and a crash between two calls
/// loses nothing: what is dropped is written down in the same transaction.</summary>
public interface ITargetTables
{
    /// <summary>Of the tables, those that neither identity owns: they can neither be loaded without their indexes nor
    /// analysed.</summary>
    Task<IReadOnlyList<string>> FindNotOwnedAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Drops what slows a load down and can be made again exactly: non-unique indexes, and the given foreign
    /// keys. Whatever carries more than its definition tells (a comment, a tablespace, a replica identity) stays, and so
    /// does all that a partitioned table has.</summary>
    /// <param name="foreignKeys">Foreign keys whose references the load itself checks, by name.</param>
    Task DropSecondaryAsync(
        string runId, string table, IReadOnlyList<string> foreignKeys, CancellationToken cancellationToken);

    /// <summary>Deletes a tenant's rows, all there are, from the tables in their order, before the run writes any.</summary>
    /// <exception cref="Errors.MigrationException">MIG4003: rows of other tables refer to them; MIG2121: the run has
    /// ended.</exception>
    Task EmptyAsync(string runId, Guid tenantId, IReadOnlyList<EntityTarget> tables, CancellationToken cancellationToken);

    /// <summary>Notes that a run loads the tables.</summary>
    Task BeginLoadAsync(string runId, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Notes that the run loads no table any more.</summary>
    /// <returns>What is dropped from the tables and not made again yet, in the order in which to make it: indexes first,
    /// foreign keys after them. Of a table that another run still loads nothing: the last one makes it again.</returns>
    Task<IReadOnlyList<DroppedDefinition>> EndLoadAsync(
        string runId, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Other manifests whose batches wrote into the tables, in the order of the tables: their rows are not written over,
    /// and stand in the way of rows with the same ids.</summary>
    /// <param name="ledger">The run's; a dry run is told what full runs and rehearsals have written.</param>
    Task<IReadOnlyList<OtherManifest>> FindOtherManifestsAsync(
        string ledger, string manifest, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Makes it again. A foreign key is added NOT VALID, which checks new rows from then on, and then validated
    /// without blocking writers (PostgreSQL documentation, "ALTER TABLE").</summary>
    /// <exception cref="Errors.MigrationException">MIG4019: rows violate the foreign key. It stays NOT VALID, and is
    /// validated again when a run ends.</exception>
    Task RebuildAsync(DroppedDefinition definition, CancellationToken cancellationToken);

    /// <summary>Gathers the table's statistics, and moves sequences that own one of its columns up to the greatest value
    /// there is, never down. Leaves a table alone that neither identity owns.</summary>
    /// <param name="tenants">Whose rows are looked at where row-level security applies to the owner, too.</param>
    Task FinishAsync(
        EntityTarget table, IReadOnlyList<string> columns, IReadOnlyList<Guid> tenants, CancellationToken cancellationToken);
}

/// <summary>A manifest that has written into a table.</summary>
public sealed record OtherManifest(string Table, string Manifest);

/// <summary>An index or a foreign key that was dropped for a load.</summary>
/// <param name="Kind"><c>index</c> or <c>foreignKey</c>.</param>
public sealed record DroppedDefinition(string Table, string Kind, string Name);
