using Dapper;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Reconciling;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Which rows of a slice are this manifest's own, as its ledger tells: those of a slice that its batches wrote, unless
/// one was found to be somebody else's, and those that repairs and replays have noted.</summary>
sealed class WrittenRows
{
    readonly bool _isSliceWritten;
    readonly HashSet<Guid> _noted;
    readonly HashSet<string> _foreign;

    WrittenRows(bool isSliceWritten, HashSet<Guid> noted, HashSet<string> foreign) =>
        (_isSliceWritten, _noted, _foreign) = (isSliceWritten, noted, foreign);

    /// <summary>What the ledger says of these rows.</summary>
    public static async Task<WrittenRows> LoadAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken)
    {
        var ledger = slice.Ledger;
        await using var answers = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            SELECT EXISTS (
              SELECT FROM migration.batch_state
              WHERE ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity
                AND state = 'done' AND rows_written > 0);
            SELECT id FROM migration.written_row
            WHERE ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity AND id = ANY(@ids);
            SELECT legacy_key FROM migration.rejected_row
            WHERE ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity
              AND rule = @foreign AND legacy_key = ANY(@keys)
            """,
            new
            {
                ledger.Ledger, ledger.Manifest, ledger.TenantId, ledger.Entity, ids = ids.ToArray(),
                keys = legacyKeys.ToArray(), foreign = RejectRules.ForeignRow,
            }, cancellationToken: cancellationToken));
        return new WrittenRows(
            await answers.ReadSingleAsync<bool>(), [.. await answers.ReadAsync<Guid>()],
            (await answers.ReadAsync<string>()).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Whether the row that stands under that id is this manifest's own.</summary>
    public bool Holds(Guid id, string legacyKey) =>
        _noted.Contains(id) || _isSliceWritten && !_foreign.Contains(legacyKey);

    /// <summary>Notes rows that are written outside batches.</summary>
    public static async Task NoteAsync(
        NpgsqlConnection connection, RowSlice slice, string runId, IReadOnlyCollection<Guid> ids,
        CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return;
        var ledger = slice.Ledger;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.written_row (ledger, manifest, tenant_id, entity, id, run_id)
            SELECT @Ledger, @Manifest, @TenantId, @Entity, id, @runId FROM unnest(@ids) AS written(id)
            ON CONFLICT DO NOTHING
            """,
            new { ledger.Ledger, ledger.Manifest, ledger.TenantId, ledger.Entity, runId, ids = ids.ToArray() },
            cancellationToken: cancellationToken));
    }

    /// <summary>Forgets rows that are deleted.</summary>
    public static Task ForgetAsync(
        NpgsqlConnection connection, RowSlice slice, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var ledger = slice.Ledger;
        return connection.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM migration.written_row
            WHERE ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity AND id = ANY(@ids)
            """,
            new { ledger.Ledger, ledger.Manifest, ledger.TenantId, ledger.Entity, ids = ids.ToArray() },
            cancellationToken: cancellationToken));
    }
}
