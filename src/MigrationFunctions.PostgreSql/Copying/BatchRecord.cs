using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>A batch's row in the ledger, read and written inside the batch's transaction.</summary>
static class BatchRecord
{
    const string Key =
        "ledger = @Ledger AND manifest = @Manifest AND tenant_id = @TenantId AND entity = @Entity "
        + "AND batch_no = @Number";

    /// <summary>The planned range, and the result if the batch is done; null when it was never planned.</summary>
    public static async Task<(BatchRange Range, BatchResult? Recorded)?> ReadAsync(
        NpgsqlConnection connection, BatchWork work, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            SELECT after_key AS AfterKey, up_to_key AS UpToKey, planned_rows AS PlannedRows, state AS State,
                   write_path AS WritePath, rows_read AS RowsRead, rows_written AS RowsWritten,
                   rows_rejected AS RowsRejected, filtered_by AS FilteredBy, digest AS Digest,
                   coalesce(bytes_written, 0) AS BytesWritten, adjusted AS Adjusted
            FROM migration.batch_state WHERE {Key}
            """, Parameters(work), cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var range = new BatchRange(work.Number, row.AfterKey, row.UpToKey, row.PlannedRows);
        return (range, row.State == "done" ? ToResult(row) : null);
    }

    /// <summary>Turns the planned batch to done and stores its rejected rows.</summary>
    /// <returns>False, with nothing written, when the batch is no longer planned.</returns>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, BatchWork work, BatchResult result, IReadOnlyList<RejectedRow> rejected,
        CancellationToken cancellationToken)
    {
        var parameters = Parameters(work);
        parameters.AddDynamicParams(new
        {
            work.Run.RunId, result.RowsRead, result.RowsWritten, result.RowsRejected, result.RowsFiltered,
            result.Digest, FilteredBy = JsonSerializer.Serialize(result.FilteredBy),
            result.BytesWritten,
            Adjusted = result.Adjusted.Count == 0 ? null : JsonSerializer.Serialize(result.Adjusted),
            Path = StoredJson.Write(result.Path).Trim('"'),
        });
        var updated = await connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE migration.batch_state
            SET state = 'done', run_id = @RunId, write_path = @Path, rows_read = @RowsRead, rows_written = @RowsWritten,
                rows_rejected = @RowsRejected, rows_filtered = @RowsFiltered, filtered_by = @FilteredBy,
                digest = @Digest, bytes_written = @BytesWritten, adjusted = @Adjusted::jsonb,
                began_at = now(), done_at = clock_timestamp()
            WHERE {Key} AND state = 'planned'
            """, parameters, cancellationToken: cancellationToken));
        if (updated == 0)
            return false;
        await AddRejectedAsync(connection, work, rejected, cancellationToken);
        return true;
    }

    /// <summary>Stores rejected rows, each key and rule once: a rejection that is open already stays as it is.</summary>
    public static async Task AddRejectedAsync(
        NpgsqlConnection connection, BatchWork work, IReadOnlyList<RejectedRow> rejected,
        CancellationToken cancellationToken)
    {
        if (rejected.Count == 0)
            return;
        rejected = OncePerRule(rejected);
        var parameters = Parameters(work);
        parameters.AddDynamicParams(new
        {
            work.Run.RunId,
            Keys = rejected.Select(r => r.LegacyKey).ToArray(), Columns = rejected.Select(r => r.Column).ToArray(),
            Rules = rejected.Select(r => r.Rule).ToArray(), Reasons = rejected.Select(r => r.Reason).ToArray(),
            Originals = rejected.Select(r => r.Original).ToArray(),
        });
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.rejected_row
              (ledger, manifest, tenant_id, entity, batch_no, run_id, tried_run_id, legacy_key, column_name, rule, reason, original)
            SELECT @Ledger, @Manifest, @TenantId, @Entity, @Number, @RunId, @RunId,
                   r.legacy_key, r.column_name, r.rule, r.reason, r.original::jsonb
            FROM unnest(@Keys, @Columns, @Rules, @Reasons, @Originals)
              AS r(legacy_key, column_name, rule, reason, original)
            ON CONFLICT DO NOTHING
            """, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Rows of one key that were rejected by the same rule, as rejections that stand once for a key and rule: those after
    /// the first are told as what they are, too, the same key again.</summary>
    public static IReadOnlyList<RejectedRow> OncePerRule(IReadOnlyList<RejectedRow> rejected)
    {
        var seen = new HashSet<(string, string)>();
        return
        [
            .. rejected.Select(r => seen.Add((r.LegacyKey, r.Rule))
                ? r
                : r with { Rule = RejectRules.DuplicateKey, Reason = RejectRules.DuplicateKeyReason }),
        ];
    }

    static DynamicParameters Parameters(BatchWork work)
    {
        var parameters = new DynamicParameters(work.Slice);
        parameters.Add("Number", work.Number);
        return parameters;
    }

    static BatchResult ToResult(Row row) => new(
        row.RowsRead, row.RowsWritten, row.RowsRejected,
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.FilteredBy ?? "{}")!, row.Digest ?? "",
        StoredJson.Read<WritePath>($"\"{row.WritePath}\""))
    {
        BytesWritten = row.BytesWritten,
        Adjusted = JsonSerializer.Deserialize<Dictionary<string, long>>(row.Adjusted ?? "{}")!,
    };

    sealed class Row
    {
        public string? AfterKey { get; init; }
        public string UpToKey { get; init; } = "";
        public long PlannedRows { get; init; }
        public string State { get; init; } = "";
        public string? WritePath { get; init; }
        public long RowsRead { get; init; }
        public long RowsWritten { get; init; }
        public long RowsRejected { get; init; }
        public string? FilteredBy { get; init; }
        public string? Digest { get; init; }
        public long BytesWritten { get; init; }
        public string? Adjusted { get; init; }
    }
}
