using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Planning;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>Reads PostgreSQL's catalogue.</summary>
sealed class TargetCatalog(PostgresConnections connections)
{
    public Task<TargetFacts> GetFactsAsync(CancellationToken cancellationToken) =>
        connections.RunAsync("server", async connection =>
        {
            var row = await connection.QuerySingleAsync<FactsRow>(new CommandDefinition(
                """
                SELECT current_database() AS Database, current_user AS Role, now() AS UtcNow,
                       current_setting('server_encoding') AS Encoding
                """, cancellationToken: cancellationToken));
            return new TargetFacts(
                connection.PostgreSqlVersion, row.Database, row.Role, await DirectBypassesAsync(cancellationToken),
                row.UtcNow, row.Encoding);
        }, cancellationToken);

    public Task<TargetTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        connections.RunAsync(name, async connection =>
        {
            var parts = new { schema = name.Split('.', 2)[0], table = name.Split('.', 2)[1] };
            var table = await connection.QuerySingleOrDefaultAsync<TableRow>(Command(TableSql, parts));
            if (table is null)
                return null;
            var oid = new { oid = (long)table.Oid };
            var columns = await connection.QueryAsync<ColumnRow>(Command(ColumnsSql, oid));
            var keys = (await connection.QueryAsync<ConstraintRow>(Command(ConstraintsSql, oid))).ToList();
            return new TargetTable(
                name, columns.Select(ToColumn).ToList(),
                keys.FirstOrDefault(k => k.Type == "p")?.Columns ?? [],
                keys.Where(k => k.Type == "f").Select(k => new TargetForeignKey(
                    k.Name, k.Columns, k.ReferencedTable!, k.ReferencedColumns, k.IsDeferrable)).ToList(),
                table.HasRowSecurity, table.ForcesRowSecurity);

            CommandDefinition Command(string sql, object parameters) => new(sql, parameters, cancellationToken: cancellationToken);
        }, cancellationToken);

    public async Task<IReadOnlyList<string>> FindMissingPrivilegesAsync(string table, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var source in connections.HasDirect ? new[] { connections.Writer, connections.Direct } : [connections.Writer])
        {
            await using var connection = await connections.OpenAsync(source, cancellationToken);
            missing.AddRange(await connection.QueryAsync<string>(new CommandDefinition(
                """
                SELECT p.privilege || ' for ' || current_user
                FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p(privilege)
                WHERE NOT has_schema_privilege(@schema, 'USAGE') OR NOT has_table_privilege(@table, p.privilege)
                """,
                new { schema = Identifier.Quote(table.Split('.', 2)[0]), table = Identifier.QuoteTable(table) },
                cancellationToken: cancellationToken)));
        }
        return missing;
    }

    /// <summary>The direct identity is a superuser or has BYPASSRLS.</summary>
    public async Task<bool> DirectBypassesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(connections.Direct, cancellationToken);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", cancellationToken: cancellationToken));
    }

    static TargetColumn ToColumn(ColumnRow row) =>
        new(row.Name, row.Type, row.Length, row.Precision, row.Scale, row.IsNotNull, row.HasDefault, row.IsGenerated);

    const string TableSql =
        """
        SELECT c.oid::bigint AS Oid, c.relrowsecurity AS HasRowSecurity, c.relforcerowsecurity AS ForcesRowSecurity
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = @schema AND c.relname = @table AND c.relkind IN ('r', 'p')
        """;

    // Domains are resolved to their base type. atttypmod holds n + 4 for varchar(n), (p << 16 | s) + 4 for
    // numeric(p, s), and s itself for timestamp(s) and time(s).
    const string ColumnsSql =
        """
        SELECT a.attname AS Name, b.typname AS Type,
               CASE WHEN b.typname IN ('varchar', 'bpchar') AND m.typmod > 0 THEN m.typmod - 4 ELSE 0 END AS Length,
               CASE WHEN b.typname = 'numeric' AND m.typmod > 0 THEN (m.typmod - 4) >> 16 ELSE 0 END AS Precision,
               CASE WHEN b.typname = 'numeric' AND m.typmod > 0 THEN (m.typmod - 4) & 65535
                    WHEN b.typname IN ('timestamp', 'timestamptz', 'time') THEN m.typmod
                    ELSE -1 END AS Scale,
               a.attnotnull OR t.typnotnull AS IsNotNull, a.atthasdef AS HasDefault,
               a.attgenerated <> '' OR a.attidentity = 'a' AS IsGenerated
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        JOIN pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod) AS m
        WHERE a.attrelid = @oid::oid AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
        """;

    const string ConstraintsSql =
        """
        SELECT k.conname AS Name, k.contype::text AS Type, k.condeferrable AS IsDeferrable,
               ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(num, pos)
                     JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.pos) AS Columns,
               n.nspname || '.' || r.relname AS ReferencedTable,
               ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u(num, pos)
                     JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.pos) AS ReferencedColumns
        FROM pg_constraint AS k
        LEFT JOIN pg_class AS r ON r.oid = k.confrelid
        LEFT JOIN pg_namespace AS n ON n.oid = r.relnamespace
        WHERE k.conrelid = @oid::oid AND k.contype IN ('p', 'f')
        """;

    sealed class FactsRow
    {
        public string Database { get; init; } = "";
        public string Role { get; init; } = "";
        public DateTime UtcNow { get; init; }
        public string Encoding { get; init; } = "";
    }

    sealed class TableRow
    {
        public long Oid { get; init; }
        public bool HasRowSecurity { get; init; }
        public bool ForcesRowSecurity { get; init; }
    }

    sealed class ColumnRow
    {
        public string Name { get; init; } = "";
        public string Type { get; init; } = "";
        public int Length { get; init; }
        public int Precision { get; init; }
        public int Scale { get; init; }
        public bool IsNotNull { get; init; }
        public bool HasDefault { get; init; }
        public bool IsGenerated { get; init; }
    }

    sealed class ConstraintRow
    {
        public string Name { get; init; } = "";
        public string Type { get; init; } = "";
        public bool IsDeferrable { get; init; }
        public string[] Columns { get; init; } = [];
        public string? ReferencedTable { get; init; }
        public string[] ReferencedColumns { get; init; } = [];
    }
}
