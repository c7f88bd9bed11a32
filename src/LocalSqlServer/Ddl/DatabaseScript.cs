using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Ddl;

/// <summary>
/// The T-SQL that makes a database of the stand-in on a real SQL Server (2012 or later), one batch an element. Tables come
/// before the rows, foreign keys after them: those that are not trusted go in WITH NOCHECK, past the orphans that a legacy
/// database has. Left to the server: compatibility level, recovery model, and the values of rowversion columns.
/// </summary>
public static class DatabaseScript
{
    /// <summary>To be run in master.</summary>
    public static IReadOnlyList<string> Create(LegacyDatabase database, string name) =>
    [
        $"CREATE DATABASE {Quote(name)} COLLATE {database.Collation.Name}",
        $"ALTER DATABASE {Quote(name)} SET ALLOW_SNAPSHOT_ISOLATION {OnOff(database.SnapshotIsolation)}",
        $"ALTER DATABASE {Quote(name)} SET READ_COMMITTED_SNAPSHOT {OnOff(database.ReadCommittedSnapshot)} "
            + "WITH ROLLBACK IMMEDIATE",
    ];

    /// <summary>Ends the sessions in the database and drops it; to be run in master. Azure SQL Database (engine edition 5)
    /// has no SINGLE_USER and ends the sessions by itself.</summary>
    public static string Drop(string name) =>
        $"""
        IF DB_ID(N'{name.Replace("'", "''", StringComparison.Ordinal)}') IS NOT NULL
        BEGIN
          IF CAST(SERVERPROPERTY('EngineEdition') AS int) <> 5
            ALTER DATABASE {Quote(name)} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
          DROP DATABASE {Quote(name)};
        END
        """;

    /// <summary>Schemas, and empty tables with their indexes.</summary>
    public static IEnumerable<string> Tables(LegacyDatabase database) =>
        database.Objects.Select(o => o.Schema).Distinct(database.Names)
            .Where(s => !database.Names.Equals(s, "dbo"))
            .Select(s => $"CREATE SCHEMA {Quote(s)}")
            .Concat(database.Tables.SelectMany(t => Indexes(t).Prepend(Table(t))));

    /// <summary>Views; to be run after the tables.</summary>
    public static IEnumerable<string> Views(LegacyDatabase database) =>
        database.Views.Select(v => View($"{Quote(v.Schema)}.{Quote(v.Name)}", Name(v.Over)));

    /// <summary>A view of all columns that a table has now.</summary>
    /// <param name="view">Its quoted name with the schema.</param>
    /// <param name="table">Likewise.</param>
    public static string View(string view, string table) => $"CREATE VIEW {view} AS SELECT * FROM {table}";

    /// <summary>Foreign keys; the trusted ones are checked, and fail if a row breaks them.</summary>
    public static IEnumerable<string> ForeignKeys(LegacyDatabase database) =>
        from table in database.Tables
        from key in table.ForeignKeys
        let referenced = database.Table(key.ReferencedTable)
        select $"ALTER TABLE {Name(table)} WITH {(key.Trusted ? "CHECK" : "NOCHECK")} ADD CONSTRAINT {Quote(key.Name)} "
            + $"FOREIGN KEY ({List(key.Columns)}) REFERENCES {Name(referenced)} ({List(key.ReferencedColumns)})";

    /// <summary>The table's quoted name with its schema.</summary>
    public static string Name(LegacyTable table) => $"{Quote(table.Schema)}.{Quote(table.Name)}";

    /// <summary>A name like <c>dbo.Student</c> or <c>Student</c> with its parts quoted.</summary>
    public static string QuoteParts(string name) => string.Join('.', name.Split('.').Select(Quote));

    /// <summary>An identifier in brackets; a closing bracket within it is doubled.</summary>
    public static string Quote(string identifier) => $"[{identifier.Replace("]", "]]", StringComparison.Ordinal)}]";

    static string Table(LegacyTable table) =>
        $"CREATE TABLE {Name(table)} (\n  {string.Join(",\n  ", table.Columns.Select(Column))}\n)";

    // Nullability and collation are always written: both have defaults that a server or a session may change.
    internal static string Column(LegacyColumn column)
    {
        var collation = column.Type is { IsText: true, Kind: not SqlKind.Xml, Collation: { } c } ? $" COLLATE {c.Name}" : "";
        var identity = column.Identity ? " IDENTITY(1,1)" : "";
        return $"{Quote(column.Name)} {TypeOf(column.Type)}{collation}{identity} {(column.Nullable ? "NULL" : "NOT NULL")}";
    }

    static string TypeOf(SqlType type) => type.Kind == SqlKind.RowVersion ? "rowversion" : type.ToString();

    // The clustered index first: another one that is there already would be built twice.
    static IEnumerable<string> Indexes(LegacyTable table) =>
        table.Indexes.OrderByDescending(i => i.Clustered).Select(index =>
        {
            var clustered = index.Clustered ? "CLUSTERED" : "NONCLUSTERED";
            var (name, columns) = (Quote(index.Name), List(index.Columns));
            return index.PrimaryKey
                ? $"ALTER TABLE {Name(table)} ADD CONSTRAINT {name} PRIMARY KEY {clustered} ({columns})"
                : $"CREATE {(index.Unique ? "UNIQUE " : "")}{clustered} INDEX {name} ON {Name(table)} ({columns})";
        });

    static string List(IEnumerable<string> columns) => string.Join(", ", columns.Select(Quote));

    static string OnOff(bool on) => on ? "ON" : "OFF";
}
