using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Reconciling;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>What a dry run remembers of the rows that it rolls back: their ids, so that the references of later
/// entities can be checked, rejected parents included.</summary>
sealed class DryRunIds(IRowSink inner) : IRowSink
{
    readonly HashSet<Guid> _ids = [];

    public ValueTask WriteAsync(ReadOnlyMemory<byte> tuples, CancellationToken cancellationToken)
    {
        foreach (var tuple in TupleReader.Split(tuples))
            _ids.Add(TupleIds.IdOf(tuple.Span));
        return inner.WriteAsync(tuples, cancellationToken);
    }

    public async Task<SinkResult> CompleteAsync(CancellationToken cancellationToken)
    {
        var result = await inner.CompleteAsync(cancellationToken);
        foreach (var refused in result.Refused)
            _ids.Remove(TupleIds.IdOf(refused.Tuple.Span));
        return result;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>A table like the target, with its checks, NOT NULLs and unique keys, for a target whose foreign keys
    /// cannot wait: they would refuse every row whose parent was rolled back.</summary>
    public static async Task<string> CreateShadowAsync(
        NpgsqlConnection connection, BatchWork work, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            CREATE TEMP TABLE migration_shadow (LIKE {Identifier.QuoteTable(work.Layout.TargetTable)} INCLUDING ALL)
            ON COMMIT DROP
            """,
            cancellationToken: cancellationToken));
        return "pg_temp.migration_shadow";
    }

    /// <summary>Whether a reference of another entity may ask for this entity's ids.</summary>
    public static bool AreNeeded(BatchWork work) => work.Run.Manifest.Entities.Any(
        e => e.Columns.Any(c => c.Reference == work.Layout.Entity.Name));

    public Task StoreAsync(NpgsqlConnection connection, BatchWork work, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.dry_run_id (ledger, tenant_id, entity, id)
            SELECT @Ledger, @TenantId, @Entity, id FROM unnest(@ids) AS written(id) ON CONFLICT DO NOTHING
            """,
            new { work.Slice.Ledger, work.Slice.TenantId, work.Slice.Entity, ids = _ids.ToArray() },
            cancellationToken: cancellationToken));
}
