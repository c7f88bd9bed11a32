using System.Data;
using System.Globalization;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>Columns' types as T-SQL writes them.</summary>
static class SqlTypes
{
    public static bool IsInteger(SourceColumn column) => column.Type.IsInteger();

    /// <summary>Values of the two columns are compared without a conversion.</summary>
    public static bool IsSame(SourceColumn one, SourceColumn other) =>
        one.Type == other.Type && one.Collation == other.Collation
        && (one.Type.IsText() || one.Type.IsBinary() || (one.Precision, one.Scale) == (other.Precision, other.Scale));

    /// <summary>A value converted to a column's type and collation; NULL where that fails.</summary>
    public static string TryCast(string sql, SourceColumn column) =>
        $"TRY_CAST({sql} AS {Name(column)}){(column.Collation is { } collation ? $" COLLATE {collation}" : "")}";

    /// <summary>The type with its length, or precision and scale.</summary>
    public static string Name(SourceColumn column)
    {
        var name = column.Type.ToString().ToLowerInvariant();
        return column.Type switch
        {
            SqlDbType.Timestamp => "binary(8)",
            SqlDbType.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({column.Precision}, {column.Scale})"),
            SqlDbType.Time or SqlDbType.DateTime2 or SqlDbType.DateTimeOffset =>
                string.Create(CultureInfo.InvariantCulture, $"{name}({column.Scale})"),
            _ when column.Length < 0 => $"{name}(max)",
            _ when column.Length > 0 => string.Create(CultureInfo.InvariantCulture, $"{name}({column.Length})"),
            _ => name,
        };
    }
}
