using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Ddl;

/// <summary>The T-SQL of changes to a table's columns, one batch an element. Tables are named as <see cref="DatabaseScript"/>
/// quotes them.</summary>
public static class ColumnScript
{
    /// <summary>A column that is not nullable is filled by a default, which does not stay.</summary>
    public static IReadOnlyList<string> Add(string table, string column, SqlType type, bool nullable)
    {
        var definition = DatabaseScript.Column(new LegacyColumn(column, type, nullable));
        if (nullable || type.Kind == SqlKind.RowVersion)
            return [$"ALTER TABLE {table} ADD {definition}"];
        var constraint = DatabaseScript.Quote($"DF_{column}");
        return
        [
            $"ALTER TABLE {table} ADD {definition} CONSTRAINT {constraint} DEFAULT {InitialValue.LiteralOf(type)}",
            $"ALTER TABLE {table} DROP CONSTRAINT {constraint}",
        ];
    }

    public static string Drop(string table, string column) =>
        $"ALTER TABLE {table} DROP COLUMN {DatabaseScript.Quote(column)}";

    public static string Alter(string table, string column, SqlType type, bool nullable) =>
        $"ALTER TABLE {table} ALTER COLUMN {DatabaseScript.Column(new LegacyColumn(column, type, nullable))}";

    /// <summary>Resolves the star of a view again.</summary>
    public static string Refresh(string view) => $"EXEC sp_refreshview N'{view.Replace("'", "''", StringComparison.Ordinal)}'";
}
