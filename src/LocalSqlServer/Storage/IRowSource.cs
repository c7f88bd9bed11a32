using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// The rows of a table at one moment, numbered from 0 in the order of the table's clustered index. A source never changes
/// and is read by several connections at once. A generated table computes each row from its number, so that millions of
/// rows need no memory.
/// </summary>
public interface IRowSource
{
    long Count { get; }

    /// <summary>
    /// Puts the values of one row into <paramref name="row"/>, one element per column of the table. Only columns whose bit is
    /// set in <paramref name="columns"/> need a value (bit 0 = first column; columns from the 64th on always do).
    /// </summary>
    void Read(long ordinal, ulong columns, Span<SqlValue> row);
}
