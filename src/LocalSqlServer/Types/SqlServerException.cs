namespace LocalSqlServer.Types;

/// <summary>
/// An error as SQL Server reports it: number, severity (class) and state travel to the client in an ERROR token.
/// Severity 20 and above ends the connection.
/// </summary>
public sealed class SqlServerException(int number, byte severity, byte state, string message) : Exception(message)
{
    /// <summary>The number of errors that are the stand-in's own: the statement is outside the T-SQL that it knows.</summary>
    public const int NotKnownToStandIn = 40000;

    public int Number { get; } = number;

    public byte Severity { get; } = severity;

    public byte State { get; } = state;

    /// <summary>One-based line of the batch.</summary>
    public int Line { get; init; } = 1;

    internal static SqlServerException Unsupported(string part, string reason) =>
        new(NotKnownToStandIn, 16, 1,
            $"The SQL Server stand-in does not know {reason}: '{Shorten(part)}'. "
            + "Real SQL Server may; extend the stand-in or rewrite the statement.");

    internal static SqlServerException Syntax(string message, int line) => new(102, 15, 1, message) { Line = line };

    internal static SqlServerException UnknownObject(string name) => new(208, 16, 1, $"Invalid object name '{name}'.");

    internal static SqlServerException UnknownColumn(string name) => new(207, 16, 1, $"Invalid column name '{name}'.");

    internal static SqlServerException UnboundIdentifier(string name) =>
        new(4104, 16, 1, $"The multi-part identifier \"{name}\" could not be bound.");

    internal static SqlServerException UndeclaredVariable(string name) =>
        new(137, 15, 2, $"Must declare the scalar variable \"{name}\".");

    internal static SqlServerException ConversionFailed(SqlType from, string value, SqlType to) =>
        new(245, 16, 1, $"Conversion failed when converting the {from.Name} value '{value}' to data type {to.Name}.");

    internal static SqlServerException ConversionError(SqlType from, SqlType to) =>
        new(8114, 16, 5, $"Error converting data type {NameOf(from)} to {NameOf(to)}.");

    internal static SqlServerException Overflow(SqlType to) =>
        new(8115, 16, 2, $"Arithmetic overflow error converting expression to data type {NameOf(to)}.");

    internal static SqlServerException DivideByZero() => new(8134, 16, 1, "Divide by zero error encountered.");

    static string NameOf(SqlType type) => type.Kind == SqlKind.Decimal ? "numeric" : type.Name;

    static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
