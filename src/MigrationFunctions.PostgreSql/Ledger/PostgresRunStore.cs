using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Limits;
using MigrationFunctions.PostgreSql.Scripts;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>Runs, their tenants and the tenants' locks in schema <c>migration</c>.</summary>
public sealed class PostgresRunStore(PostgresConnections connections, MigrationSchema schema) : IRunStore
{
    public Task EnsureSchemaAsync(CancellationToken cancellationToken) => schema.EnsureAsync(cancellationToken);

    public Task<string> AddAsync(RunContext run, DateTimeOffset requestedAt, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var added = await connection.ExecuteAsync(Command(
                """
                INSERT INTO migration.run (run_id, manifest, mode, ledger, context, state, requested_at, idempotency_key)
                VALUES (@RunId, @Manifest, @Mode, @Ledger, @Context, 'running', @RequestedAt, @IdempotencyKey)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    run.RunId, Manifest = run.Manifest.Name, Mode = run.Mode.ToString(), run.Ledger,
                    Context = StoredJson.Write(run), RequestedAt = requestedAt.UtcDateTime,
                    run.IdempotencyKey,
                }, cancellationToken));
            if (added == 0 && run.IdempotencyKey is not null)
                return await connection.ExecuteScalarAsync<string>(Command(
                    "SELECT run_id FROM migration.run WHERE idempotency_key = @IdempotencyKey", new { run.IdempotencyKey },
                    cancellationToken)) ?? run.RunId;
            await PostgresRunLimits.WriteAsync(connection, RunControl.Of(run, requestedAt), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return run.RunId;
        }, cancellationToken);

    public Task<RunContext?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        RunAsync(async connection => StoredJson.ReadOrNull<RunContext>(await connection.ExecuteScalarAsync<string?>(Command(
            "SELECT context FROM migration.run WHERE idempotency_key = @idempotencyKey", new { idempotencyKey },
            cancellationToken))), cancellationToken);

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            DELETE FROM migration.run_tenant WHERE run_id = @runId;
            DELETE FROM migration.run WHERE run_id = @runId
            """, new { runId }, cancellationToken);

    public Task<RunContext?> FindAsync(string runId, CancellationToken cancellationToken) =>
        RunAsync(async connection => StoredJson.ReadOrNull<RunContext>(await connection.ExecuteScalarAsync<string?>(Command(
            "SELECT context FROM migration.run WHERE run_id = @runId", new { runId }, cancellationToken))),
            cancellationToken);

    public Task<RunContext?> FindNewestAsync(RunMode mode, string manifest, CancellationToken cancellationToken) =>
        RunAsync(async connection => StoredJson.ReadOrNull<RunContext>(await connection.ExecuteScalarAsync<string?>(Command(
            """
            SELECT context FROM migration.run WHERE mode = @mode AND manifest = @manifest ORDER BY requested_at DESC LIMIT 1
            """, new { mode = mode.ToString(), manifest }, cancellationToken))), cancellationToken);

    public Task<IReadOnlyDictionary<string, Manifest>> FindLedgerManifestsAsync(
        string ledger, string manifest, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, Manifest>>(async connection =>
        {
            // One batch of each slice is enough: an entity is never written by two manifests that differ in it.
            var written = (await connection.QueryAsync<(string Entity, string? RunId)>(Command(
                """
                SELECT s.entity, max(b.run_id) FROM migration.entity_state AS s CROSS JOIN LATERAL (
                  SELECT run_id FROM migration.batch_state AS b
                  WHERE b.ledger = s.ledger AND b.manifest = s.manifest AND b.tenant_id = s.tenant_id AND b.entity = s.entity
                  ORDER BY b.batch_no LIMIT 1) AS b
                WHERE s.ledger = @ledger AND s.manifest = @manifest GROUP BY s.entity
                """, new { ledger, manifest }, cancellationToken))).ToList();
            var runs = (await connection.QueryAsync<(string RunId, string Context)>(Command(
                """
                SELECT run_id, context FROM migration.run WHERE run_id = ANY(@ids)
                UNION ALL
                (SELECT '', context FROM migration.run WHERE ledger = @ledger AND manifest = @manifest
                 ORDER BY requested_at DESC LIMIT 1)
                """,
                new { ids = written.Select(w => w.RunId).OfType<string>().Distinct().ToArray(), ledger, manifest }, cancellationToken)))
                .ToDictionary(r => r.RunId, r => StoredJson.Read<RunContext>(r.Context).Manifest, StringComparer.Ordinal);
            // Batches that are planned and not done yet are the newest run's.
            return written.Select(w => (w.Entity, Manifest: runs.GetValueOrDefault(w.RunId ?? "") ?? runs.GetValueOrDefault("")))
                .Where(w => w.Manifest is not null).ToDictionary(w => w.Entity, w => w.Manifest!, StringComparer.Ordinal);
        }, cancellationToken);

    public Task<IReadOnlyList<TenantLock>> LockTenantsAsync(
        string runId, string taskHub, IReadOnlyList<Tenant> tenants, Func<string, Task<bool>> isStale, Func<Task> schedule,
        CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<TenantLock>>(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(
                Command("LOCK TABLE migration.tenant_lock IN SHARE ROW EXCLUSIVE MODE", null, cancellationToken));
            var ids = tenants.Select(t => t.Id).ToArray();
            var holders = (await connection.QueryAsync<(string TenantKey, string RunId, string? TaskHub)>(Command(
                """
                SELECT tenant_key, run_id, task_hub FROM migration.tenant_lock
                WHERE tenant_id = ANY(@ids) AND run_id <> @runId ORDER BY tenant_key
                """,
                new { ids, runId }, cancellationToken))).ToList();
            var held = new List<TenantLock>();
            foreach (var holder in holders.GroupBy(h => (h.RunId, h.TaskHub)))
                if (holder.Key.TaskHub is { } other && other != taskHub || !await isStale(holder.Key.RunId))
                    held.AddRange(holder.Select(h => new TenantLock(h.TenantKey, h.RunId, h.TaskHub)));
            if (held.Count > 0)
                return held;
            foreach (var lost in holders.GroupBy(h => h.RunId, StringComparer.Ordinal))
                if (!await WorkEnd.TryTakeOverAsync(connection, lost.Key, runId, cancellationToken))
                    return [.. lost.Select(h => new TenantLock(h.TenantKey, h.RunId, h.TaskHub))];
            await connection.ExecuteAsync(Command(
                """
                INSERT INTO migration.tenant_lock (tenant_id, tenant_key, run_id, task_hub)
                SELECT id, key, @runId, @taskHub FROM unnest(@ids, @keys) AS t(id, key)
                ON CONFLICT (tenant_id) DO UPDATE
                SET run_id = EXCLUDED.run_id, task_hub = EXCLUDED.task_hub, taken_at = now()
                """, new { runId, taskHub, ids, keys = tenants.Select(t => t.Key).ToArray() }, cancellationToken));
            await schedule();
            await transaction.CommitAsync(cancellationToken);
            return held;
        }, cancellationToken);

    public Task<IReadOnlyList<TenantLock>> GetLocksAsync(CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<TenantLock>>(async connection => [.. (await connection.QueryAsync<(string Key, string RunId, string? Hub)>(
            Command("SELECT tenant_key, run_id, task_hub FROM migration.tenant_lock ORDER BY tenant_key", null, cancellationToken)))
            .Select(l => new TenantLock(l.Key, l.RunId, l.Hub))], cancellationToken);

    public Task UnlockTenantsAsync(string runId, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM migration.tenant_lock WHERE run_id = @runId", new { runId }, cancellationToken);

    public Task SetTenantsAsync(string runId, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            INSERT INTO migration.run_tenant (run_id, ordinal, tenant_id, tenant_key, name, time_zone)
            SELECT @runId, t.ordinal - 1, t.id, t.key, t.name, t.time_zone
            FROM unnest(@ids, @keys, @names, @zones) WITH ORDINALITY AS t(id, key, name, time_zone, ordinal)
            WHERE (SELECT migration.may_write(@runId))
            ON CONFLICT DO NOTHING
            """,
            new
            {
                runId, ids = tenants.Select(t => t.Id).ToArray(), keys = tenants.Select(t => t.Key).ToArray(),
                names = tenants.Select(t => t.Name).ToArray(), zones = tenants.Select(t => t.TimeZone).ToArray(),
            }, cancellationToken);

    public Task<IReadOnlyList<Tenant>> GetTenantsAsync(
        string runId, int from, int count, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<Tenant>>(async connection => (await connection.QueryAsync<Tenant>(Command(
            """
            SELECT tenant_key AS Key, tenant_id AS Id, name AS Name, time_zone AS TimeZone FROM migration.run_tenant
            WHERE run_id = @runId ORDER BY weight DESC, ordinal OFFSET @from LIMIT @count
            """, new { runId, from, count }, cancellationToken))).ToList(), cancellationToken);

    public Task SetWeightsAsync(
        string runId, IReadOnlyDictionary<string, long> rows, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            UPDATE migration.run_tenant AS t
            SET weight = greatest(0, w.rows - coalesce((
              SELECT sum(b.rows_read) FROM migration.batch_state AS b JOIN migration.run AS r ON r.run_id = t.run_id
              WHERE b.ledger = r.ledger AND b.manifest = r.manifest AND b.tenant_id = t.tenant_id), 0))
            FROM unnest(@keys, @rows) AS w(key, rows)
            WHERE t.run_id = @runId AND t.tenant_key = w.key AND (SELECT migration.may_write(@runId))
            """,
            new { runId, keys = rows.Keys.ToArray(), rows = rows.Values.ToArray() }, cancellationToken);

    public Task SetTenantStateAsync(
        string runId, Guid tenantId, string state, string? failure, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            UPDATE migration.run_tenant SET state = @state, failure = @failure
            WHERE run_id = @runId AND tenant_id = @tenantId AND (SELECT migration.may_write(@runId))
            """,
            new { runId, tenantId, state, failure }, cancellationToken);

    public Task SetUnassignedAsync(string runId, string entity, long rows, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            INSERT INTO migration.run_unassigned (run_id, entity, rows)
            SELECT @runId, @entity, @rows WHERE (SELECT migration.may_write(@runId))
            ON CONFLICT (run_id, entity) DO UPDATE SET rows = EXCLUDED.rows
            """, new { runId, entity, rows }, cancellationToken);

    public Task SetExpectedRowsAsync(
        string runId, string entity, IReadOnlyDictionary<string, long> rowsByTenant,
        CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            INSERT INTO migration.run_slice (run_id, tenant_id, entity, source_rows)
            SELECT t.run_id, t.tenant_id, @entity, coalesce(sum(c.rows), 0)
            FROM migration.run_tenant AS t LEFT JOIN unnest(@keys, @counts) AS c(key, rows) ON c.key = t.tenant_key
            WHERE t.run_id = @runId AND (SELECT migration.may_write(@runId)) GROUP BY t.run_id, t.tenant_id
            ON CONFLICT (run_id, tenant_id, entity) DO UPDATE SET source_rows = EXCLUDED.source_rows
            """,
            new { runId, entity, keys = rowsByTenant.Keys.ToArray(), counts = rowsByTenant.Values.ToArray() },
            cancellationToken);

    public Task<IReadOnlyDictionary<string, long?>> GetSliceRowsAsync(
        string runId, string entity, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, long?>>(async connection => (await connection.QueryAsync<(string Key, long? Rows)>(Command(
            """
            SELECT t.tenant_key, e.source_rows
            FROM migration.run_tenant AS t JOIN migration.run AS r USING (run_id)
            LEFT JOIN migration.entity_state AS e
              ON (e.ledger, e.manifest, e.tenant_id, e.entity) = (r.ledger, r.manifest, t.tenant_id, @entity)
            WHERE t.run_id = @runId
            """, new { runId, entity }, cancellationToken))).ToDictionary(s => s.Key, s => s.Rows, StringComparer.Ordinal),
            cancellationToken);

    public Task SetFindingsAsync(string runId, IReadOnlyList<Problem> findings, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "UPDATE migration.run SET findings = @findings WHERE run_id = @runId AND (SELECT migration.may_write(@runId))",
            new { runId, findings = StoredJson.Write(findings) }, cancellationToken);

    public Task<bool> TellToEndAsync(string runId, string state, string failure, CancellationToken cancellationToken) =>
        RunAsync(async connection => await connection.ExecuteAsync(Command(
            """
            UPDATE migration.run SET ending = @state, failure = @failure
            WHERE run_id = @runId AND ending IS NULL AND finished_at IS NULL
            """, new { runId, state, failure }, cancellationToken)) == 1, cancellationToken);

    public Task<int> CountInFlightAsync(string runId, CancellationToken cancellationToken) =>
        RunAsync(connection => WorkFence.CountAsync(connection, runId, cancellationToken), cancellationToken);

    public Task FinishAsync(
        string runId, string state, string? failure, DateTimeOffset at, CancellationToken cancellationToken) =>
        FinishAsync(runId, state, failure, at, WorkEnd.Patience, cancellationToken);

    public async Task<bool> TryFinishAsync(
        string runId, string state, string? failure, DateTimeOffset at, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await FinishAsync(runId, state, failure, at, patience, cancellationToken);
            return true;
        }
        catch (MigrationException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            return false;
        }
    }

    Task FinishAsync(
        string runId, string state, string? failure, DateTimeOffset at, TimeSpan patience, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await WorkEnd.RecordAsync(connection, runId, state, failure, at, patience, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    public Task<RunProgress?> GetProgressAsync(string runId, CancellationToken cancellationToken) =>
        RunAsync(connection => RunProgressQuery.ReadAsync(connection, runId, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListAsync(int count, CancellationToken cancellationToken) =>
        RunAsync(connection => RunProgressQuery.ListAsync(connection, count, cancellationToken), cancellationToken);

    Task ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteAsync(Command(sql, parameters, cancellationToken)), cancellationToken);

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("schema migration", work, cancellationToken);

    static CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);}
