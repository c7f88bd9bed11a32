using System.Data;

namespace MigrationFunctions.Core.Model;

/// <summary>Families of source types, and which may be keys.</summary>
public static class SourceTypes
{
    /// <summary>Digits of which <see cref="decimal"/> holds all numbers.</summary>
    public const int DecimalDigits = 28;

    public static bool IsInteger(this SqlDbType type) =>
        type is SqlDbType.TinyInt or SqlDbType.SmallInt or SqlDbType.Int or SqlDbType.BigInt;

    public static bool IsText(this SqlDbType type) =>
        type.IsShortText() || type is SqlDbType.Text or SqlDbType.NText;

    static bool IsShortText(this SqlDbType type) =>
        type is SqlDbType.Char or SqlDbType.VarChar or SqlDbType.NChar or SqlDbType.NVarChar;

    public static bool IsBinary(this SqlDbType type) =>
        type is SqlDbType.Binary or SqlDbType.VarBinary or SqlDbType.Image or SqlDbType.Timestamp;

    /// <summary>Date and time of day without offset.</summary>
    public static bool IsDateTime(this SqlDbType type) =>
        type is SqlDbType.DateTime or SqlDbType.SmallDateTime or SqlDbType.DateTime2;

    public static bool IsMoney(this SqlDbType type) => type is SqlDbType.Money or SqlDbType.SmallMoney;

    /// <summary>Types that can mark a row as deleted, by a number that is not 0.</summary>
    public static bool IsFlag(this SqlDbType type) => type == SqlDbType.Bit || type.IsInteger();

    /// <summary>Types that can mark a row as deleted.</summary>
    public static bool IsMark(this SqlDbType type) =>
        type.IsFlag() || type.IsDateTime() || type is SqlDbType.Date or SqlDbType.DateTimeOffset;

    /// <summary>Types whose values SQL Server compares exactly and an index can hold.</summary>
    public static bool IsKey(this SqlDbType type) =>
        type.IsInteger() || type.IsDateTime() || type.IsMoney() || type.IsShortText()
        || type is SqlDbType.Bit or SqlDbType.Decimal or SqlDbType.UniqueIdentifier or SqlDbType.Date or SqlDbType.Time
            or SqlDbType.DateTimeOffset or SqlDbType.Binary or SqlDbType.VarBinary or SqlDbType.Timestamp;
}
