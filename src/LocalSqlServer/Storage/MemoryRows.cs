using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>Rows held as arrays, already in clustered order.</summary>
sealed class MemoryRows(SqlValue[][] rows) : IRowSource
{
    public long Count => rows.Length;

    public void Read(long ordinal, ulong columns, Span<SqlValue> row) => rows[ordinal].CopyTo(row);

    public static SqlValue[][] Materialise(IRowSource source, int columns)
    {
        var rows = new SqlValue[source.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new SqlValue[columns];
            source.Read(i, ulong.MaxValue, rows[i]);
        }
        return rows;
    }
}
