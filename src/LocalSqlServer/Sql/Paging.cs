using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>TOP, OFFSET and FETCH; null takes all rows.</summary>
sealed record Paging(long Offset, long? Limit)
{
    public static Paging All { get; } = new(0, null);

    public long Apply(long rows) => Math.Min(Math.Max(0, rows - Offset), Limit ?? long.MaxValue);

    public IEnumerable<SqlValue[]> Apply(IEnumerable<SqlValue[]> rows)
    {
        if (Limit == 0)
            yield break;
        long seen = 0;
        foreach (var row in rows)
        {
            if (++seen <= Offset)
                continue;
            yield return row;
            if (seen - Offset == Limit)
                yield break;
        }
    }
}
