using System.Data;

namespace MigrationFunctions.Core.Model;

/// <summary>A column of a result as the server describes it (MS-TDS 2.2.7.4, COLMETADATA).</summary>
/// <param name="Type">The type's name, such as <c>nvarchar</c>.</param>
/// <param name="Size">Characters of text, bytes of other types.</param>
public sealed record DescribedColumn(string Name, string Type, int? Size, int? Precision, int? Scale, bool? IsNullable)
{
    /// <summary>The description is one of a column that the catalogue describes like that: same family of type, same size.</summary>
    public bool IsLike(SourceColumn column) =>
        TypeOf(Type) == column.Type
        && (column.Length == 0 || column.Type == SqlDbType.Udt || Size == (column.Length < 0 ? int.MaxValue : column.Length))
        && (column.Type != SqlDbType.Decimal || (Precision, Scale) == (column.Precision, column.Scale));

    static SqlDbType TypeOf(string type) => type switch
    {
        "numeric" => SqlDbType.Decimal,
        "sql_variant" => SqlDbType.Variant,
        "rowversion" => SqlDbType.Timestamp,
        _ when Enum.TryParse<SqlDbType>(type, ignoreCase: true, out var known) => known,
        _ => SqlDbType.Udt,
    };

    /// <summary>How two descriptions of one table differ, a sentence for each column; empty when they do not. The order of
    /// columns does not count: rows are read by name.</summary>
    public static IReadOnlyList<string> Differences(
        IReadOnlyList<DescribedColumn> was, IReadOnlyList<DescribedColumn> now)
    {
        var (before, after) = (was.ToLookup(c => c.Name, StringComparer.Ordinal), now.ToLookup(c => c.Name, StringComparer.Ordinal));
        return
        [
            .. was.Where(c => !after[c.Name].Any()).Select(c => $"Column {c.Name} is gone."),
            .. now.Where(c => !before[c.Name].Any()).Select(c => $"Column {c.Name} is new."),
            .. was.Where(c => after[c.Name].Any() && !after[c.Name].Contains(c))
                .Select(c => $"Column {c.Name} was {c} and is {after[c.Name].First()}."),
        ];
    }

    /// <summary>The type as T-SQL has it, near enough for a message: <c>nvarchar(40) NOT NULL</c>.</summary>
    public override string ToString()
    {
        var size = Precision is not null && Scale is not null && Type is "decimal" or "numeric" ? $"({Precision},{Scale})"
            : Type.Contains("char", StringComparison.Ordinal) || Type.Contains("binary", StringComparison.Ordinal)
                ? Size is int.MaxValue or null ? "(max)" : $"({Size})"
            : Scale is not null && Type is "time" or "datetime2" or "datetimeoffset" ? $"({Scale})"
            : "";
        return $"{Type}{size}{(IsNullable == false ? " NOT NULL" : "")}";
    }
}
