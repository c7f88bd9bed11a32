using System.Data;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>Reads SQL Server's catalogue views.</summary>
sealed class SourceCatalog(SqlServerConnections connections, int commandTimeoutSeconds)
{
    public Task<SourceFacts> GetFactsAsync(CancellationToken cancellationToken) =>
        QueryAsync("server", query =>
        {
            var row = query.List<FactsRow>(
                """
                SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS ProductVersion, DB_NAME() AS DatabaseName,
                       SUSER_SNAME() AS LoginName, SYSUTCDATETIME() AS UtcNow,
                       snapshot_isolation_state AS SnapshotState, collation_name AS CollationName,
                       CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(128)) AS Updateability
                FROM sys.databases WHERE name = DB_NAME()
                """).Single();
            return new SourceFacts(
                row.ProductVersion, row.DatabaseName, row.LoginName, DateTime.SpecifyKind(row.UtcNow, DateTimeKind.Utc),
                row.SnapshotState == 1, row.CollationName ?? "")
            {
                IsReadOnly = row.Updateability == "READ_ONLY",
            };
        }, cancellationToken);

    public Task<SourceTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync<SourceTable?>(name, query =>
        {
            var (schema, table) = (name.Split('.', 2)[0], name.Split('.', 2)[1]);
            var columns = query.List<ColumnRow>(
                """
                SELECT c.name AS Name, t.name AS TypeName, CAST(c.max_length AS int) AS MaxLength, c.precision AS Precision,
                       c.scale AS Scale, c.is_nullable AS IsNullable, c.is_computed AS IsComputed,
                       CASE WHEN t.name IN ('char', 'varchar')
                             AND CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int)
                                 <> CAST(COLLATIONPROPERTY(
                                      CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128)), 'CodePage') AS int)
                            THEN c.collation_name END AS ForeignCollation,
                       c.collation_name AS Collation, CASE WHEN o.type = 'V' THEN 1 ELSE 0 END AS IsView,
                       CASE WHEN c.name + N'a' = c.name + N'A' THEN 1 ELSE 0 END AS NamesIgnoreCase
                FROM sys.columns AS c
                JOIN sys.objects AS o ON o.object_id = c.object_id
                JOIN sys.schemas AS s ON s.schema_id = o.schema_id
                LEFT JOIN sys.types AS t ON t.user_type_id = c.system_type_id
                WHERE s.name = @schema AND o.name = @table AND o.type IN ('U', 'V')
                ORDER BY c.column_id
                """, new { schema, table });
            if (columns.Count == 0)
                return null;
            // The catalogue compares names by its own collation, which need not be the database's (Azure SQL Database).
            var namesIgnoreCase = columns[0].NamesIgnoreCase == 1;
            // Rowstore indexes only, by their key columns: the column that a table is partitioned by has key_ordinal 0.
            var indexes = query.List<IndexRow>(
                """
                SELECT i.name AS IndexName, i.is_unique AS IsUnique, i.type AS IndexType, c.name AS ColumnName
                FROM sys.indexes AS i
                JOIN sys.objects AS o ON o.object_id = i.object_id
                JOIN sys.schemas AS s ON s.schema_id = o.schema_id
                JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
                JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
                WHERE s.name = @schema AND o.name = @table AND i.type IN (1, 2) AND i.is_disabled = 0
                  AND i.is_hypothetical = 0 AND i.has_filter = 0 AND k.key_ordinal > 0
                ORDER BY i.index_id, k.key_ordinal
                """, new { schema, table });
            return new SourceTable(
                name, columns.Select(ToColumn).ToList(),
                indexes.GroupBy(i => i.IndexName).Select(g => new SourceIndex(
                    g.Key ?? "", g.First().IsUnique, g.First().IndexType == 1, g.Select(i => i.ColumnName).ToList())).ToList(),
                namesIgnoreCase)
            {
                IsView = columns[0].IsView == 1,
            };
        }, cancellationToken);

    public Task<bool> CanReadAsync(string table, CancellationToken cancellationToken) =>
        QueryAsync(table, query => query.Ask<int?>(
            "SELECT HAS_PERMS_BY_NAME(@table, 'OBJECT', 'SELECT')", new { table = SourceSql.Table(table) }) == 1,
            cancellationToken);

    Task<T> QueryAsync<T>(string place, Func<CatalogQuery, T> ask, CancellationToken cancellationToken) =>
        CatalogQuery.RunAsync(connections, commandTimeoutSeconds, place, ask, cancellationToken);

    static SourceColumn ToColumn(ColumnRow row)
    {
        var type = row.TypeName switch
        {
            "numeric" => SqlDbType.Decimal,
            "sql_variant" => SqlDbType.Variant,
            "rowversion" or "timestamp" => SqlDbType.Timestamp,
            _ when Enum.TryParse<SqlDbType>(row.TypeName, ignoreCase: true, out var known) => known,
            _ => SqlDbType.Udt,
        };
        var isText = type is SqlDbType.Char or SqlDbType.VarChar or SqlDbType.Binary or SqlDbType.VarBinary;
        var isUnicode = type is SqlDbType.NChar or SqlDbType.NVarChar;
        // sys.columns counts bytes: two for each character of nchar and nvarchar, -1 for (max).
        var length = isText || row.MaxLength < 0 ? row.MaxLength : isUnicode ? row.MaxLength / 2 : 0;
        return new SourceColumn(row.Name, type, length, row.Precision, row.Scale, row.IsNullable, row.IsComputed, row.ForeignCollation,
            row.Collation);
    }

    sealed class FactsRow
    {
        public string ProductVersion { get; init; } = "";
        public string DatabaseName { get; init; } = "";
        public string LoginName { get; init; } = "";
        public DateTime UtcNow { get; init; }
        public byte SnapshotState { get; init; }
        public string? CollationName { get; init; }
        public string? Updateability { get; init; }
    }

    sealed class ColumnRow
    {
        public string Name { get; init; } = "";
        /// <summary>Null for CLR types, whose system type has no row of its own.</summary>
        public string? TypeName { get; init; }
        public int MaxLength { get; init; }
        public byte Precision { get; init; }
        public byte Scale { get; init; }
        public bool IsNullable { get; init; }
        public bool IsComputed { get; init; }
        public string? ForeignCollation { get; init; }
        public string? Collation { get; init; }
        public int IsView { get; init; }
        public int NamesIgnoreCase { get; init; }
    }

    sealed class IndexRow
    {
        public string? IndexName { get; init; }
        public bool IsUnique { get; init; }
        public byte IndexType { get; init; }
        public string ColumnName { get; init; } = "";
    }
}
