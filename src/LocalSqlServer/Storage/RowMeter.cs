namespace LocalSqlServer.Storage;

/// <summary>Counts rows, from any thread.</summary>
public sealed class RowMeter
{
    long _rows;

    /// <summary>Rows so far.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    internal void Add(long rows) => Interlocked.Add(ref _rows, rows);
}
