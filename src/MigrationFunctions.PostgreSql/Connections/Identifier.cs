namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>Quotes names for SQL (PostgreSQL documentation, 4.1.1 Identifiers).</summary>
static class Identifier
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary><c>schema.table</c> with each part quoted.</summary>
    public static string QuoteTable(string name) => string.Join('.', name.Split('.', 2).Select(Quote));

    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}
