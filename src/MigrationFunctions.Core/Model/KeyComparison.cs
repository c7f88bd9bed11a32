using System.Data;

namespace MigrationFunctions.Core.Model;

/// <summary>Who can tell whether two keys are equal. SQL Server compares text by a collation, pads binaries with zeros, and
/// converts where types differ (Transact-SQL reference, "Data type precedence"); ids are made of exact text.</summary>
public static class KeyComparison
{
    /// <summary>Equal keys of the two columns have equal text (<c>KeyText</c>), and different ones have not: no server
    /// need be asked.</summary>
    public static bool IsExact(SourceColumn one, SourceColumn other) =>
        IsNumber(one) && IsNumber(other)
        || one.Type == other.Type && !one.Type.IsText() && (!one.Type.IsBinary() || one.Type == SqlDbType.Timestamp)
        || one.Type.IsText() && other.Type.IsText() && one.Collation == other.Collation && IsBinary(one.Collation);

    /// <summary>The source can compare the two columns: as they are, or text after it was converted to the other's type.</summary>
    public static bool IsPossible(SourceColumn one, SourceColumn other) =>
        one.Type.IsText() || other.Type.IsText() || IsNumber(one) && IsNumber(other) || IsTime(one) && IsTime(other)
        || one.Type.IsBinary() && other.Type.IsBinary() || one.Type == other.Type;

    /// <summary>Types of one family, which the source compares without a conversion that could fail or lose anything; text of one
    /// collation.</summary>
    public static bool IsOneFamily(SourceColumn one, SourceColumn other) =>
        IsNumber(one) && IsNumber(other)
        || one.Type.IsText() && other.Type.IsText()
            && string.Equals(one.Collation, other.Collation, StringComparison.OrdinalIgnoreCase)
        || one.Type.IsBinary() && other.Type.IsBinary()
        || one.Type == other.Type && !one.Type.IsText();

    static bool IsNumber(SourceColumn column) =>
        column.Type.IsInteger() || column.Type.IsMoney() || column.Type is SqlDbType.Decimal or SqlDbType.Bit;

    static bool IsTime(SourceColumn column) => column.Type.IsDateTime() || column.Type == SqlDbType.Date;

    static bool IsBinary(string? collation) =>
        collation is not null && (collation.EndsWith("_BIN2", StringComparison.OrdinalIgnoreCase)
            || collation.EndsWith("_BIN", StringComparison.OrdinalIgnoreCase));
}
