using LocalSqlServer.Types;

namespace LocalSqlServer.Ddl;

/// <summary>What a new column that is not nullable holds in the rows that are there: zero, empty, or the first of January
/// 1900.</summary>
public static class InitialValue
{
    /// <summary>For a table of the stand-in.</summary>
    public static object Of(SqlType type) => type switch
    {
        { Kind: SqlKind.Bit } => false,
        { IsNumeric: true } => 0,
        { IsText: true } => "",
        { IsBinary: true } => Array.Empty<byte>(),
        { Kind: SqlKind.UniqueIdentifier } => Guid.Empty,
        { Kind: SqlKind.Time } => TimeSpan.Zero,
        { IsDateOrTime: true } => new DateTime(1900, 1, 1),
        _ => throw new ArgumentException($"A server numbers the values of {type} itself.", nameof(type)),
    };

    /// <summary>The same as T-SQL.</summary>
    public static string LiteralOf(SqlType type) => Of(type) switch
    {
        bool or int => "0",
        string => "N''",
        byte[] => "0x",
        Guid guid => $"'{guid}'",
        TimeSpan => "'00:00:00'",
        _ => "'19000101'",
    };
}
