using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Catalog;

/// <summary>Reads PostgreSQL's catalogue.</summary>
sealed class TargetCatalog(PostgresConnections connections)
{
    // The writer merges and repairs; the direct identity copies into tables and reads them.
    static readonly string[] OfWriter = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    static readonly string[] OfDirect = ["SELECT", "INSERT"];

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

            CommandDefinition Command(string sql, object parameters) =>
                new(sql, parameters, cancellationToken: cancellationToken);
        }, cancellationToken);

    public async Task<IReadOnlyList<string>> FindMissingPrivilegesAsync(
        string table, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var identity in connections.Identities)
            missing.AddRange(await connections.RunAsync(identity, table, connection => connection.QueryAsync<string>(
                new CommandDefinition(
                    MissingPrivilegesSql,
                    new
                    {
                        schema = table.Split('.', 2)[0], table = table.Split('.', 2)[1],
                        needed = connections.HasDirect && identity == connections.Direct ? OfDirect : OfWriter,
                    },
                    cancellationToken: cancellationToken)), cancellationToken));
        return missing;
    }

    /// <summary>The direct identity is a superuser or has BYPASSRLS.</summary>
    public Task<bool> DirectBypassesAsync(CancellationToken cancellationToken) =>
        connections.RunAsync(
            connections.Direct, "role", connection => connection.QuerySingleAsync<bool>(new CommandDefinition(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
            cancellationToken: cancellationToken)), cancellationToken);

    /// <summary>The server counts inserted rows, by which the direct path knows what was taken.</summary>
    public Task<bool> CountsRowsAsync(CancellationToken cancellationToken) =>
        connections.RunAsync(connections.Direct, "track_counts", connection => connection.QuerySingleAsync<bool>(
            new CommandDefinition(
                "SELECT current_setting('track_counts')::boolean", cancellationToken: cancellationToken)),
            cancellationToken);

    static TargetColumn ToColumn(ColumnRow row) =>
        new(row.Name, row.Type, row.Length, row.Precision, row.Scale, row.IsNotNull, row.HasDefault, row.IsGenerated);

    const string TableSql =
        """
        SELECT c.oid::bigint AS Oid, c.relrowsecurity AS HasRowSecurity, c.relforcerowsecurity AS ForcesRowSecurity
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = @schema AND c.relname = @table AND c.relkind IN ('r', 'p')
        """;

    // Asked by number: by name the server would refuse the question itself where the schema may not be used.
    const string MissingPrivilegesSql =
        """
        SELECT m.privilege || ' for ' || current_user
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT p.privilege FROM unnest(@needed) AS p(privilege)
          WHERE NOT has_table_privilege(c.oid, p.privilege)
          UNION ALL SELECT 'USAGE on schema ' || n.nspname WHERE NOT has_schema_privilege(n.oid, 'USAGE')
          UNION ALL SELECT 'TEMPORARY on database ' || current_database()
          WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')) AS m(privilege)
        WHERE n.nspname = @schema AND c.relname = @table
        """;

    // Domains are resolved to their base type, also domains over domains. The type's modifier holds n + 4 for
    // varchar(n), p << 16 | s (11 bits, signed) + 4 for numeric(p, s), and s itself for timestamp(s) and time(s).
    const string ColumnsSql =
        """
        SELECT a.attname AS Name, b.typname AS Type,
               CASE WHEN b.typname IN ('varchar', 'bpchar') AND r.typmod > 0 THEN r.typmod - 4 ELSE 0 END AS Length,
               CASE WHEN b.typname = 'numeric' AND r.typmod > 0 THEN (r.typmod - 4) >> 16 ELSE 0 END AS Precision,
               CASE WHEN b.typname = 'numeric' AND r.typmod > 0 THEN (((r.typmod - 4) & 2047) # 1024) - 1024
                    WHEN b.typname IN ('timestamp', 'timestamptz', 'time') THEN r.typmod
                    ELSE -1 END AS Scale,
               a.attnotnull OR r.is_not_null AS IsNotNull,
               a.atthasdef OR a.attidentity <> '' OR r.has_default AS HasDefault,
               a.attgenerated <> '' OR a.attidentity = 'a' AS IsGenerated
        FROM pg_attribute AS a
        CROSS JOIN LATERAL (
          WITH RECURSIVE domain AS (
            SELECT 0 AS depth, a.atttypid AS type, a.atttypmod AS typmod, false AS is_not_null, false AS has_default
            UNION ALL
            SELECT d.depth + 1, t.typbasetype, greatest(d.typmod, t.typtypmod), d.is_not_null OR t.typnotnull,
                   d.has_default OR t.typdefault IS NOT NULL
            FROM domain AS d JOIN pg_type AS t ON t.oid = d.type AND t.typtype = 'd')
          SELECT type, typmod, is_not_null, has_default FROM domain ORDER BY depth DESC LIMIT 1) AS r
        JOIN pg_type AS b ON b.oid = r.type
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
                     JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.pos)
                 AS ReferencedColumns
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
