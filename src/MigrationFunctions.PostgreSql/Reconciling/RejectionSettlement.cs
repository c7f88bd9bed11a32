using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Copying;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Brings the open rejections of some keys in line with what the target can take now, inside a transaction: as many stay
/// open as there are rows that it cannot hold, each with the reason that it has now; the others are closed.</summary>
sealed class RejectionSettlement
{
    // What is found outside a batch stands under this number.
    const int NoBatch = 0;

    readonly NpgsqlConnection _connection;
    readonly RowSlice _slice;
    readonly string _runId;
    readonly ILookup<string, OpenRow> _open;

    RejectionSettlement(NpgsqlConnection connection, RowSlice slice, string runId, ILookup<string, OpenRow> open) =>
        (_connection, _slice, _runId, _open) = (connection, slice, runId, open);

    /// <summary>Reads the keys' open rejections and locks them until the transaction ends.</summary>
    public static async Task<RejectionSettlement> BeginAsync(
        NpgsqlConnection connection, RowSlice slice, string runId, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken)
    {
        var ledger = slice.Ledger;
        var open = await connection.QueryAsync<OpenRow>(new CommandDefinition(
            """
            SELECT rejection_id AS Id, legacy_key AS LegacyKey, rule AS Rule, tried_run_id AS TriedRunId
            FROM migration.rejected_row
            WHERE ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity
              AND closed_as IS NULL AND legacy_key = ANY(@keys)
            ORDER BY rejection_id FOR UPDATE
            """,
            new { ledger.Ledger, ledger.Manifest, ledger.TenantId, ledger.Entity, keys = legacyKeys.ToArray() },
            cancellationToken: cancellationToken));
        return new RejectionSettlement(
            connection, slice, runId, open.ToLookup(r => r.LegacyKey, StringComparer.Ordinal));
    }

    /// <summary>Whether the key has an open rejection.</summary>
    public bool IsOpen(string legacyKey) => _open.Contains(legacyKey);

    /// <summary>Whether a row of the key is rejected for another reason than that the key is there more than once, or that the
    /// target's row is somebody else's.</summary>
    public bool HasOwnReason(string legacyKey) =>
        _open[legacyKey].Any(r => r.Rule is not (RejectRules.DuplicateKey or RejectRules.ForeignRow));

    /// <summary>Settles the keys.</summary>
    /// <param name="addsNew">Rows that the target cannot hold and that have no open rejection get one.</param>
    /// <returns>Rows that cannot be held and that this run or repair has not tried before.</returns>
    public async Task<long> SettleAsync(
        IReadOnlyList<SettledRow> rows, bool addsNew, CancellationToken cancellationToken)
    {
        var closed = new List<(long Id, RejectionEnd End)>();
        var renewed = new List<(OpenRow Open, RejectedRow Row)>();
        var added = new List<RejectedRow>();
        foreach (var row in rows)
            Match(row, closed, renewed, added);
        await CloseAsync(closed, cancellationToken);
        await RenewAsync(renewed, cancellationToken);
        if (addsNew)
            await BatchRecord.AddRejectedAsync(
                _connection, new BatchWork(_slice.Run with { RunId = _runId }, _slice.Tenant, _slice.Entity, NoBatch), added,
                cancellationToken);
        return renewed.Count(r => r.Open.TriedRunId != _runId) + (addsNew ? added.Count : 0);
    }

    // A rejection whose rule holds on keeps it, so that no rule of a key is ever there twice.
    void Match(
        SettledRow row, List<(long, RejectionEnd)> closed, List<(OpenRow, RejectedRow)> renewed, List<RejectedRow> added)
    {
        var open = _open[row.LegacyKey].ToList();
        var still = BatchRecord.OncePerRule(row.Still).ToList();
        foreach (var rejected in still.ToList())
            if (open.Find(o => o.Rule == rejected.Rule) is { } same)
                Renew(same, rejected);
        foreach (var rejected in still.ToList())
            if (open.Count > 0)
                Renew(open[0], rejected);
        added.AddRange(still);
        closed.AddRange(open.Select(o => (o.Id, EndOf(o, row))));

        void Renew(OpenRow record, RejectedRow rejected)
        {
            renewed.Add((record, rejected));
            open.Remove(record);
            still.Remove(rejected);
        }
    }

    // Where the row itself is in the target already, its second copy is what the source no longer has.
    static RejectionEnd EndOf(OpenRow open, SettledRow row) =>
        open.Rule == RejectRules.DuplicateKey && row is { Tuple: null, End: RejectionEnd.Written } ? RejectionEnd.Gone : row.End;

    async Task CloseAsync(List<(long Id, RejectionEnd End)> closed, CancellationToken cancellationToken)
    {
        if (closed.Count == 0)
            return;
        await ExecuteAsync(
            """
            UPDATE migration.rejected_row AS r
            SET closed_as = c.closed_as, closed_run_id = @runId, closed_at = now(), tried_run_id = @runId
            FROM unnest(@ids, @ends) AS c(id, closed_as) WHERE r.rejection_id = c.id
            """,
            new
            {
                runId = _runId, ids = closed.Select(c => c.Id).ToArray(),
                ends = closed.Select(c => ManifestJson.Name(c.End)).ToArray(),
            }, cancellationToken);
        var filtered = closed.LongCount(c => c.End == RejectionEnd.Filtered);
        if (filtered == 0)
            return;
        var ledger = _slice.Ledger;
        await ExecuteAsync(
            """
            INSERT INTO migration.entity_state AS e (ledger, manifest, tenant_id, entity, filtered_correction)
            VALUES (@Ledger, @Manifest, @TenantId, @Entity, @filtered)
            ON CONFLICT (ledger, manifest, tenant_id, entity) DO UPDATE
            SET filtered_correction = e.filtered_correction + @filtered
            """, new { ledger.Ledger, ledger.Manifest, ledger.TenantId, ledger.Entity, filtered }, cancellationToken);
    }

    Task RenewAsync(List<(OpenRow Open, RejectedRow Row)> renewed, CancellationToken cancellationToken) =>
        renewed.Count == 0 ? Task.CompletedTask : ExecuteAsync(
            """
            UPDATE migration.rejected_row AS r
            SET column_name = n.column_name, rule = n.rule, reason = n.reason,
                original = coalesce(n.original::jsonb, r.original), tried_run_id = @runId
            FROM unnest(@ids, @columns, @rules, @reasons, @originals) AS n(id, column_name, rule, reason, original)
            WHERE r.rejection_id = n.id
            """,
            new
            {
                runId = _runId, ids = renewed.Select(r => r.Open.Id).ToArray(),
                columns = renewed.Select(r => r.Row.Column).ToArray(), rules = renewed.Select(r => r.Row.Rule).ToArray(),
                reasons = renewed.Select(r => r.Row.Reason).ToArray(),
                originals = renewed.Select(r => r.Row.Original).ToArray(),
            }, cancellationToken);

    Task ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(new CommandDefinition(
            sql, parameters, commandTimeout: _slice.Run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken));

    sealed class OpenRow
    {
        public long Id { get; init; }
        public string LegacyKey { get; init; } = "";
        public string Rule { get; init; } = "";
        public string TriedRunId { get; init; } = "";
    }
}
