using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Ledger;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>Tables around a load: see <see cref="ITargetTables"/>. Definitions are read and run with an empty search
/// path, so that every name in them is a full one.</summary>
public sealed class TargetTables(PostgresConnections connections) : ITargetTables
{
    // An index over some hundred million rows takes its time; a server that hangs must not hold a run for ever.
    static readonly TimeSpan BuildTimeout = TimeSpan.FromHours(4);

    public async Task<IReadOnlyList<string>> FindNotOwnedAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var notOwned = new List<string>();
        foreach (var table in tables)
            if (await FindOwnerAsync(table, cancellationToken) is null)
                notOwned.Add(table);
        return notOwned;
    }

    public async Task DropSecondaryAsync(
        string runId, string table, IReadOnlyList<string> foreignKeys, CancellationToken cancellationToken)
    {
        var owner = await FindOwnerAsync(table, cancellationToken) ?? throw NotOwned(table);
        await InTransactionAsync(owner, table, async connection =>
        {
            await WorkFence.EnterAsync(connection, runId, cancellationToken);
            var parameters = new { runId, table, regclass = Identifier.QuoteTable(table), foreignKeys };
            // Locked before it is looked at: whoever else drops or builds here waits, and then finds it done.
            await ExecuteAsync(connection, $"LOCK TABLE {Identifier.QuoteTable(table)} IN ACCESS EXCLUSIVE MODE");
            await ExecuteAsync(connection, RememberIndexes, parameters);
            await ExecuteAsync(connection, RememberForeignKeys, parameters);
            foreach (var statement in await connection.QueryAsync<string>(Command(DropStatements, parameters)))
                await ExecuteAsync(connection, statement);
            FaultPoint.Pass("tables.before-drop-commit");
        }, cancellationToken);

        CommandDefinition Command(string sql, object parameters) => new(sql, parameters, cancellationToken: cancellationToken);
        Task ExecuteAsync(NpgsqlConnection connection, string sql, object? parameters = null) =>
            connection.ExecuteAsync(new CommandDefinition(
                sql, parameters, commandTimeout: (int)BuildTimeout.TotalSeconds, cancellationToken: cancellationToken));
    }

    public async Task EmptyAsync(
        string runId, Guid tenantId, IReadOnlyList<EntityTarget> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
            await connections.RunAsync(table.Table, async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await WorkFence.EnterAsync(connection, runId, cancellationToken);
                await TenantScope.EnterAsync(connection, [table.TenantSetting], tenantId, cancellationToken);
                await connection.ExecuteAsync(new CommandDefinition(
                    $"DELETE FROM {Identifier.QuoteTable(table.Table)} WHERE {Identifier.Quote(table.Tenant)} = @tenantId",
                    new { tenantId }, commandTimeout: (int)BuildTimeout.TotalSeconds, cancellationToken: cancellationToken));
                await transaction.CommitAsync(cancellationToken);
                return 0;
            }, cancellationToken);
    }

    public Task BeginLoadAsync(string runId, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.table_load", connection => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.table_load (table_name, run_id)
            SELECT DISTINCT t.name, r.run_id FROM unnest(@tables) AS t(name), migration.run AS r
            WHERE r.run_id = @runId AND r.finished_at IS NULL ON CONFLICT DO NOTHING
            """, new { runId, tables = tables.ToArray() }, cancellationToken: cancellationToken)), cancellationToken);

    // Of runs that end at once the last one to get the lock finds no other.
    public Task<IReadOnlyList<DroppedDefinition>> EndLoadAsync(
        string runId, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<DroppedDefinition>>("migration.dropped_definition", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                """
                LOCK TABLE migration.table_load IN SHARE ROW EXCLUSIVE MODE;
                DELETE FROM migration.table_load WHERE run_id = @runId
                """, new { runId }, cancellationToken: cancellationToken));
            var dropped = await connection.QueryAsync<DroppedDefinition>(new CommandDefinition(
                """
                SELECT table_name AS Table, kind AS Kind, name AS Name FROM migration.dropped_definition AS d
                WHERE table_name = ANY(@tables) AND NOT EXISTS (
                  SELECT FROM migration.table_load AS l JOIN migration.run AS r USING (run_id)
                  WHERE l.table_name = d.table_name AND r.finished_at IS NULL)
                ORDER BY kind DESC, array_position(@tables, table_name), name
                """, new { tables = tables.ToArray() }, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return dropped.AsList();
        }, cancellationToken);

    public Task<IReadOnlyList<OtherManifest>> FindOtherManifestsAsync(
        string ledger, string manifest, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<OtherManifest>>("migration.mapped_entity", async connection =>
            (await connection.QueryAsync<OtherManifest>(new CommandDefinition(
                """
                SELECT m.target_table AS Table, m.manifest AS Manifest FROM migration.mapped_entity AS m
                WHERE m.manifest <> @manifest AND m.target_table = ANY(@tables) AND EXISTS (
                  SELECT FROM migration.batch_state AS b
                  WHERE b.manifest = m.manifest AND b.entity = m.entity AND b.state = 'done' AND b.rows_written > 0
                    AND b.ledger NOT LIKE 'dryRun/%'
                    AND split_part(@ledger, '/', 1) IN (split_part(b.ledger, '/', 1), 'dryRun'))
                GROUP BY 1, 2 ORDER BY array_position(@tables, m.target_table), 2
                """, new { ledger, manifest, tables = tables.ToArray() }, cancellationToken: cancellationToken))).AsList(),
            cancellationToken);

    public async Task RebuildAsync(DroppedDefinition definition, CancellationToken cancellationToken)
    {
        var owner = await FindOwnerAsync(definition.Table, cancellationToken) ?? throw NotOwned(definition.Table);
        if (definition.Kind == "index")
        {
            await RunAsync(owner, definition, BuildIndex, cancellationToken);
            return;
        }
        await RunAsync(owner, definition, AddForeignKey, cancellationToken);
        FaultPoint.Pass("tables.foreign-key-added");
        try
        {
            await RunAsync(owner, definition, ValidateForeignKey, cancellationToken);
        }
        catch (MigrationException e) when (e.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.ForeignKeyViolation,
        })
        {
            throw new MigrationException(
                new Problem(
                    ErrorCodes.TargetForeignKeyViolated, $"{definition.Table}, {definition.Name}",
                    "Rows of the table refer to rows that are not there; the foreign key is NOT VALID.",
                    "Find the rows (the reference's columns are in the constraint), correct them, and start a run again: "
                    + "it validates the key at its end."),
                inner: e.InnerException);
        }
    }

    public async Task FinishAsync(
        EntityTarget table, IReadOnlyList<string> columns, IReadOnlyList<Guid> tenants, CancellationToken cancellationToken)
    {
        if (await FindOwnerAsync(table.Table, cancellationToken) is not { } owner)
            return;
        await connections.RunAsync(owner, table.Table, async connection =>
        {
            foreach (var column in columns)
                await AdvanceSequenceAsync(connection, table, column, tenants, cancellationToken);
            FaultPoint.Pass("tables.before-analyze");
            return await connection.ExecuteAsync(new CommandDefinition(
                $"ANALYZE {Identifier.QuoteTable(table.Table)}", commandTimeout: (int)BuildTimeout.TotalSeconds,
                cancellationToken: cancellationToken));
        }, cancellationToken);
    }

    static async Task AdvanceSequenceAsync(
        NpgsqlConnection connection, EntityTarget table, string column, IReadOnlyList<Guid> tenants,
        CancellationToken cancellationToken)
    {
        var name = Identifier.QuoteTable(table.Table);
        var sequence = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT pg_get_serial_sequence(@name, @column)", new { name, column }, cancellationToken: cancellationToken));
        if (sequence is null)
            return;
        // Row-level security shows an owner that it holds one tenant at a time; to any other each look shows all.
        foreach (var tenant in tenants)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TenantScope.EnterAsync(connection, [table.TenantSetting], tenant, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                SELECT setval('{sequence.Replace("'", "''", StringComparison.Ordinal)}', greatest)
                FROM (SELECT max({Identifier.Quote(column)}) AS greatest FROM {name}) AS present
                WHERE greatest > (SELECT last_value FROM {sequence})
                """, commandTimeout: (int)BuildTimeout.TotalSeconds, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>The identity that may alter the table: the direct one, else the writer, else none.</summary>
    async Task<NpgsqlDataSource?> FindOwnerAsync(string table, CancellationToken cancellationToken)
    {
        foreach (var identity in connections.Identities.Reverse())
            if (await connections.RunAsync(identity, table, connection => connection.ExecuteScalarAsync<bool?>(
                    new CommandDefinition(
                        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(@table)",
                        new { table = Identifier.QuoteTable(table) }, cancellationToken: cancellationToken)),
                    cancellationToken) == true)
                return identity;
        return null;
    }

    Task RunAsync(
        NpgsqlDataSource owner, DroppedDefinition definition, string block, CancellationToken cancellationToken) =>
        InTransactionAsync(owner, definition.Table, async connection =>
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                SELECT set_config('migration.table', @Table, true), set_config('migration.regclass', @regclass, true),
                       set_config('migration.name', @Name, true)
                """,
                new { definition.Table, definition.Name, regclass = Identifier.QuoteTable(definition.Table) },
                cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                block, commandTimeout: (int)BuildTimeout.TotalSeconds, cancellationToken: cancellationToken));
            FaultPoint.Pass("tables.before-rebuild-commit");
        }, cancellationToken);

    Task InTransactionAsync(
        NpgsqlDataSource owner, string table, Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) =>
        connections.RunAsync(owner, table, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "SET LOCAL search_path = ''; SET LOCAL default_tablespace = ''", cancellationToken: cancellationToken));
            await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    static MigrationException NotOwned(string table) => new(new Problem(
        ErrorCodes.TargetOwnershipMissing, table, "Neither identity of the target owns the table.",
        "Make the direct or the writing role a member of the table's owner, or use secondaryIndexes keep."));

    const string RememberIndexes =
        """
        INSERT INTO migration.dropped_definition (table_name, kind, name, definition, run_id)
        SELECT @table, 'index', c.relname, pg_get_indexdef(i.indexrelid), @runId
        FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_class AS t ON t.oid = i.indrelid AND t.relkind = 'r' AND NOT t.relispartition
        WHERE i.indrelid = @regclass::regclass AND i.indisvalid
          AND NOT (i.indisunique OR i.indisexclusion OR i.indisreplident OR i.indisclustered)
          AND c.reltablespace = 0 AND obj_description(c.oid, 'pg_class') IS NULL
          AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attstattarget > 0)
          AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.refobjid = c.oid AND d.refclassid = 'pg_class'::regclass)
        ON CONFLICT (table_name, kind, name) DO UPDATE SET definition = EXCLUDED.definition
        """;

    const string RememberForeignKeys =
        """
        INSERT INTO migration.dropped_definition (table_name, kind, name, definition, run_id)
        SELECT @table, 'foreignKey', k.conname, pg_get_constraintdef(k.oid), @runId
        FROM pg_constraint AS k
        JOIN pg_class AS t ON t.oid = k.conrelid AND t.relkind = 'r' AND NOT t.relispartition
        WHERE k.conrelid = @regclass::regclass AND k.contype = 'f' AND k.conparentid = 0 AND k.convalidated
          AND k.conname = ANY(@foreignKeys) AND obj_description(k.oid, 'pg_constraint') IS NULL
        ON CONFLICT (table_name, kind, name) DO UPDATE SET definition = EXCLUDED.definition
        """;

    const string DropStatements =
        """
        SELECT CASE d.kind WHEN 'index' THEN format('DROP INDEX %I.%I', n.nspname, d.name)
                           ELSE format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname, d.name) END
        FROM migration.dropped_definition AS d
        JOIN pg_class AS t ON t.oid = @regclass::regclass
        JOIN pg_namespace AS n ON n.oid = t.relnamespace
        WHERE d.table_name = @table
          AND (d.kind = 'index' AND EXISTS (SELECT FROM pg_class AS i
                                            WHERE i.relname = d.name AND i.relnamespace = n.oid AND i.relkind = 'i')
            OR d.kind = 'foreignKey' AND EXISTS (SELECT FROM pg_constraint AS k
                                                 WHERE k.conrelid = t.oid AND k.conname = d.name))
        """;

    const string BuildIndex =
        """
        DO $$
        DECLARE
          dropped migration.dropped_definition;
        BEGIN
          DELETE FROM migration.dropped_definition
          WHERE table_name = current_setting('migration.table') AND kind = 'index'
            AND name = current_setting('migration.name')
          RETURNING * INTO dropped;
          IF FOUND AND NOT EXISTS (
              SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
              WHERE i.indrelid = current_setting('migration.regclass')::regclass AND c.relname = dropped.name) THEN
            EXECUTE dropped.definition;
          END IF;
        END
        $$
        """;

    const string AddForeignKey =
        """
        DO $$
        DECLARE
          dropped migration.dropped_definition;
        BEGIN
          SELECT * INTO dropped FROM migration.dropped_definition
          WHERE table_name = current_setting('migration.table') AND kind = 'foreignKey'
            AND name = current_setting('migration.name') FOR UPDATE;
          IF FOUND AND NOT EXISTS (
              SELECT FROM pg_constraint
              WHERE conrelid = current_setting('migration.regclass')::regclass AND conname = dropped.name) THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID',
                           current_setting('migration.regclass'), dropped.name, dropped.definition);
          END IF;
        END
        $$
        """;

    const string ValidateForeignKey =
        """
        DO $$
        BEGIN
          DELETE FROM migration.dropped_definition
          WHERE table_name = current_setting('migration.table') AND kind = 'foreignKey'
            AND name = current_setting('migration.name');
          IF FOUND THEN
            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I',
                           current_setting('migration.regclass'), current_setting('migration.name'));
          END IF;
        END
        $$
        """;
}
