using System.Globalization;
using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>What the comparison of slices works with, in schema <c>migration</c>: whatever a step adds is added in the
/// transaction that marks the step as done.</summary>
public sealed class PostgresReconciliationWork(PostgresConnections connections) : IReconciliationWork
{
    const string Slice = "reconciliation_id = @id AND tenant_id = @TenantId AND entity = @Entity";
    const string Unit = Slice + " AND side = @side AND unit_no = @number";

    public Task<UnitCount> PlanAsync(
        string id, ReconciliationItem item, IReadOnlyList<ReconciliationUnit> units, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            var key = new { id, item.TenantId, item.Entity };
            await LockAsync(connection, key, cancellationToken);
            var stored = await CountAsync(connection, key, cancellationToken);
            if (stored.Target > 0)
                return stored;
            await InsertAsync(connection, id, item, units, cancellationToken);
            return await CountAsync(connection, key, cancellationToken);
        }, cancellationToken);

    public Task<ReconciliationUnit> GetUnitAsync(
        string id, ReconciliationItem item, Side side, int number, CancellationToken cancellationToken) =>
        connections.RunAsync(Place(item), async connection =>
        {
            var unit = await connection.QuerySingleOrDefaultAsync<UnitRow>(Command(
                $"""
                SELECT after_key AS After, up_to_key AS UpTo, planned_rows AS Rows
                FROM migration.reconciliation_unit WHERE {Unit}
                """, new { id, item.TenantId, item.Entity, side = Name(side), number }, cancellationToken));
            return unit is null
                ? throw new MigrationException(new Problem(
                    ErrorCodes.ReconciliationUnitUnknown, Place(item), $"Reconciliation {id} has no unit {number} there.",
                    "Start another reconciliation."))
                : new ReconciliationUnit(side, new BatchRange(number, unit.After, unit.UpTo, unit.Rows));
        }, cancellationToken);

    public Task AddReadAsync(
        string id, ReconciliationItem item, ReconciliationUnit unit, UnitAccount account,
        CancellationToken cancellationToken) =>
        OnceAsync(id, item, unit, "is_read", async connection =>
        {
            var key = new { id, item.TenantId, item.Entity, side = Name(unit.Side) };
            var sum = RowBuckets.FromBytes((await connection.ExecuteScalarAsync<byte[]>(Command(
                $"SELECT buckets FROM migration.reconciliation_bucket WHERE {Slice} AND side = @side FOR UPDATE",
                key, cancellationToken)))!);
            sum.Add(account.Buckets);
            await connection.ExecuteAsync(Command(
                $"UPDATE migration.reconciliation_unit SET rows_read = @Read WHERE {Unit}",
                With(id, item, new { side = Name(unit.Side), number = unit.Range.Number, account.Read }), cancellationToken));
            await connection.ExecuteAsync(Command(
                $"UPDATE migration.reconciliation_bucket SET buckets = @buckets WHERE {Slice} AND side = @side",
                new { id, item.TenantId, item.Entity, side = Name(unit.Side), buckets = sum.ToBytes() }, cancellationToken));
            await connection.ExecuteAsync(Command(
                $"""
                UPDATE migration.reconciliation_item SET rejected = rejected + @Rejected, filtered = filtered + @Filtered,
                  adjusted = (
                    SELECT coalesce(jsonb_object_agg(a.key, a.values), '{"{}"}') FROM (
                      SELECT key, sum(value::bigint) AS values FROM (
                        SELECT * FROM jsonb_each_text(adjusted) UNION ALL SELECT * FROM jsonb_each_text(@adjusted::jsonb)) AS counted
                      GROUP BY key) AS a)
                WHERE {Slice}
                """,
                With(id, item, new { account.Rejected, account.Filtered, adjusted = JsonSerializer.Serialize(account.Adjusted) }),
                cancellationToken));
            await AddAsync(connection, id, item, unit.Side, account.Aside, cancellationToken);
        }, cancellationToken);

    public Task<SourceUnits> GetSourceUnitsAsync(
        string id, ReconciliationItem item, CancellationToken cancellationToken) =>
        connections.RunAsync(Place(item), async connection =>
        {
            var units = (await connection.QueryAsync<UnitRow>(Command(
                $"""
                SELECT unit_no AS Number, after_key AS After, up_to_key AS UpTo, planned_rows AS Rows, coalesce(rows_read, 0) AS Read
                FROM migration.reconciliation_unit WHERE {Slice} AND side = 'source' ORDER BY unit_no
                """, new { id, item.TenantId, item.Entity }, cancellationToken))).AsList();
            return new SourceUnits(
                units.Sum(u => u.Read), [.. units.Select(u => new BatchRange(u.Number, u.After, u.UpTo, u.Rows))]);
        }, cancellationToken);

    public Task<RowBuckets> GetBucketsAsync(
        string id, ReconciliationItem item, Side side, CancellationToken cancellationToken) =>
        connections.RunAsync(Place(item), async connection =>
            RowBuckets.FromBytes((await connection.ExecuteScalarAsync<byte[]>(Command(
                $"SELECT buckets FROM migration.reconciliation_bucket WHERE {Slice} AND side = @side",
                new { id, item.TenantId, item.Entity, side = Name(side) }, cancellationToken)))!), cancellationToken);

    public Task AddCandidatesAsync(
        string id, ReconciliationItem item, ReconciliationUnit unit, IReadOnlyList<Candidate> candidates,
        CancellationToken cancellationToken) =>
        OnceAsync(id, item, unit, "is_narrowed", connection =>
            AddAsync(connection, id, item, unit.Side, candidates, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Candidate>> GetDifferingAsync(
        string id, ReconciliationItem item, Candidate? after, int count, CancellationToken cancellationToken) =>
        CandidatesAsync(
            $"""
            SELECT id AS Id, legacy_key AS LegacyKey FROM (
              SELECT coalesce(s.target_id, t.target_id) AS id, coalesce(s.legacy_key, t.legacy_key) AS legacy_key
              FROM (
                SELECT target_id, legacy_key, count(*) AS rows, (array_agg(digest))[1] AS digest
                FROM migration.reconciliation_candidate WHERE {Slice} AND side = 'source' GROUP BY target_id, legacy_key) AS s
              FULL JOIN (SELECT * FROM migration.reconciliation_candidate WHERE {Slice} AND side = 'target') AS t
                ON t.target_id = s.target_id
              WHERE s.digest IS DISTINCT FROM t.digest OR s.rows > 1) AS d
            """, id, item, after, count, cancellationToken);

    public Task<IReadOnlyList<Candidate>> GetDifferencesAsync(
        string id, ReconciliationItem item, Candidate? after, int count, CancellationToken cancellationToken) =>
        CandidatesAsync(
            $"""
            SELECT id AS Id, legacy_key AS LegacyKey FROM (
              SELECT target_id AS id, legacy_key FROM migration.reconciliation_difference WHERE {Slice}) AS d
            """, id, item, after, count, cancellationToken);

    public Task SetDifferencesAsync(
        string id, ReconciliationItem item, IReadOnlyList<Candidate> candidates,
        IReadOnlyList<RowDifference> differences, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteAsync(Command(
            $"""
            DELETE FROM migration.reconciliation_difference
            WHERE {Slice} AND (target_id, legacy_key) IN (SELECT * FROM unnest(@SeenIds, @SeenKeys));
            INSERT INTO migration.reconciliation_difference
              (reconciliation_id, tenant_id, entity, legacy_key, target_id, kind, columns)
            SELECT @id, @TenantId, @Entity, d.legacy_key, d.target_id, d.kind, d.columns::jsonb
            FROM unnest(@Keys, @Ids, @Kinds, @Columns) AS d(legacy_key, target_id, kind, columns)
            ON CONFLICT DO NOTHING
            """,
            With(id, item, new
            {
                SeenIds = candidates.Select(c => c.Id).ToArray(),
                SeenKeys = candidates.Select(c => c.LegacyKey).ToArray(), Keys = differences.Select(d => d.LegacyKey).ToArray(),
                Ids = differences.Select(d => d.TargetId).ToArray(), Kinds = differences.Select(d => d.Kind.ToString()).ToArray(),
                Columns = differences.Select(d => StoredJson.Write(d.Columns)).ToArray(),
            }), cancellationToken)), cancellationToken);

    public Task<IReadOnlyCollection<Guid>> FindMissingAsync(
        string id, Guid tenantId, string entity, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyCollection<Guid>>(entity, async connection =>
            [.. await connection.QueryAsync<Guid>(Command(
                """
                SELECT target_id FROM migration.reconciliation_difference
                WHERE reconciliation_id = @id AND tenant_id = @tenantId AND entity = @entity AND kind = 'Missing'
                  AND target_id = ANY(@ids)
                """, new { id, tenantId, entity, ids = ids.ToArray() }, cancellationToken))], cancellationToken);

    public Task FinishSliceAsync(
        string id, ReconciliationItem item, SliceFindings findings, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteAsync(Command(
            $"""
            UPDATE migration.reconciliation_item
            SET compared = @Compared, refused = @Refused, unresolved = @Unresolved, source_digest = @SourceDigest,
                target_digest = @TargetDigest, missing = d.missing, extra = d.extra, different = d.different, failure = NULL,
                is_equal = @Unresolved = 0 AND d.missing + d.extra + d.different = 0
                  AND (@SourceDigest::text IS NOT NULL OR source_rows = target_rows + rejected + filtered)
            FROM (
              SELECT count(*) FILTER (WHERE kind IN ('Missing', 'NotRejected')) AS missing,
                     count(*) FILTER (WHERE kind IN ('Extra', 'WrongId')) AS extra,
                     count(*) FILTER (WHERE kind = 'Different') AS different
              FROM migration.reconciliation_difference WHERE {Slice}) AS d
            WHERE {Slice};
            -- Of a slice that is being loaded no account has been written yet, and none is.
            INSERT INTO migration.entity_state AS e (ledger, manifest, tenant_id, entity, source_rows, target_rows, filtered_correction)
            SELECT r.ledger, r.manifest, i.tenant_id, i.entity, i.source_rows, i.target_rows, i.filtered - coalesce((
              SELECT sum(b.rows_filtered) FROM migration.batch_state AS b
              WHERE b.ledger = r.ledger AND b.manifest = r.manifest AND b.tenant_id = i.tenant_id AND b.entity = i.entity), 0)
            FROM migration.reconciliation_item AS i JOIN migration.reconciliation AS r USING (reconciliation_id)
            WHERE {Slice} AND i.is_equal AND i.source_digest IS NOT NULL
            ON CONFLICT (ledger, manifest, tenant_id, entity) DO UPDATE
            SET filtered_correction = EXCLUDED.filtered_correction,
                source_rows = CASE WHEN e.source_rows IS NOT NULL THEN EXCLUDED.source_rows END,
                target_rows = CASE WHEN e.source_rows IS NOT NULL THEN EXCLUDED.target_rows END
            """,
            With(id, item, findings), cancellationToken)), cancellationToken);

    static DynamicParameters With(string id, ReconciliationItem item, object more)
    {
        var parameters = new DynamicParameters(new { id, item.TenantId, item.Entity });
        parameters.AddDynamicParams(more);
        return parameters;
    }

    Task<IReadOnlyList<Candidate>> CandidatesAsync(
        string sql, string id, ReconciliationItem item, Candidate? after, int count, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<Candidate>>(Place(item), async connection =>
            [.. (await connection.QueryAsync<CandidateRow>(Command(
                $"{sql} WHERE @afterKey::text IS NULL OR (d.id, d.legacy_key) > (@afterId, @afterKey) "
                + "ORDER BY d.id, d.legacy_key LIMIT @count",
                new { id, item.TenantId, item.Entity, afterId = after?.Id ?? Guid.Empty, afterKey = after?.LegacyKey, count },
                cancellationToken))).Select(c => new Candidate(c.Id, c.LegacyKey, default))], cancellationToken);

    // Done at most once, together with the mark that it is done.
    Task OnceAsync(
        string id, ReconciliationItem item, ReconciliationUnit unit, string mark, Func<NpgsqlConnection, Task> work,
        CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            var marked = await connection.ExecuteAsync(Command(
                $"UPDATE migration.reconciliation_unit SET {mark} = true WHERE {Unit} AND NOT {mark}",
                new { id, item.TenantId, item.Entity, side = Name(unit.Side), number = unit.Range.Number }, cancellationToken));
            if (marked > 0)
                await work(connection);
            return marked;
        }, cancellationToken);

    static async Task<UnitCount> CountAsync(
        NpgsqlConnection connection, object key, CancellationToken cancellationToken)
    {
        var sides = await connection.QueryAsync<string>(Command(
            $"SELECT side FROM migration.reconciliation_unit WHERE {Slice}", key, cancellationToken));
        var counts = sides.CountBy(side => side).ToDictionary();
        return new UnitCount(counts.GetValueOrDefault(Name(Side.Source)), counts.GetValueOrDefault(Name(Side.Target)));
    }

    static async Task InsertAsync(
        NpgsqlConnection connection, string id, ReconciliationItem item, IReadOnlyList<ReconciliationUnit> units,
        CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command(
            """
            INSERT INTO migration.reconciliation_unit
              (reconciliation_id, tenant_id, entity, side, unit_no, after_key, up_to_key, planned_rows)
            SELECT @id, @TenantId, @Entity, u.side, u.number, u.after_key, u.up_to_key, u.rows
            FROM unnest(@Sides, @Numbers, @After, @UpTo, @Rows) AS u(side, number, after_key, up_to_key, rows)
            """,
            new
            {
                id, item.TenantId, item.Entity, Sides = units.Select(u => Name(u.Side)).ToArray(),
                Numbers = units.Select(u => u.Range.Number).ToArray(), After = units.Select(u => u.Range.After).ToArray(),
                UpTo = units.Select(u => u.Range.UpTo).ToArray(), Rows = units.Select(u => u.Range.PlannedRows).ToArray(),
            }, cancellationToken));
        var buckets = new RowBuckets(RowBuckets.CountFor(Math.Max(item.SourceRows, item.TargetRows))).ToBytes();
        await connection.ExecuteAsync(Command(
            $$"""
            INSERT INTO migration.reconciliation_bucket (reconciliation_id, tenant_id, entity, side, buckets)
            VALUES (@id, @TenantId, @Entity, 'source', @buckets), (@id, @TenantId, @Entity, 'target', @buckets);
            UPDATE migration.reconciliation_item SET rejected = 0, filtered = 0, adjusted = '{}' WHERE {{Slice}}
            """, new { id, item.TenantId, item.Entity, buckets }, cancellationToken));
    }

    static async Task AddAsync(
        NpgsqlConnection connection, string id, ReconciliationItem item, Side side, IReadOnlyList<Candidate> candidates,
        CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
            return;
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY migration.reconciliation_candidate (reconciliation_id, tenant_id, entity, side, target_id, legacy_key, digest)
            FROM STDIN (FORMAT BINARY)
            """, cancellationToken);
        foreach (var candidate in candidates)
            await copy.WriteRowAsync(
                cancellationToken, id, item.TenantId, item.Entity, Name(side), candidate.Id, candidate.LegacyKey,
                candidate.Digest.ToArray());
        await copy.CompleteAsync(cancellationToken);
    }

    static Task LockAsync(NpgsqlConnection connection, object key, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            $"SELECT 1 FROM migration.reconciliation_item WHERE {Slice} FOR UPDATE", key, cancellationToken));

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.reconciliation", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }, cancellationToken);

    static string Name(Side side) => side.ToString().ToLower(CultureInfo.InvariantCulture);

    static string Place(ReconciliationItem item) => $"{item.Entity} of tenant {item.TenantKey}";

    static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    sealed class UnitRow
    {
        public string? After { get; init; }
        public string UpTo { get; init; } = "";
        public long Rows { get; init; }
        public int Number { get; init; }
        public long Read { get; init; }
    }

    sealed class CandidateRow
    {
        public Guid Id { get; init; }
        public string LegacyKey { get; init; } = "";
    }
}
