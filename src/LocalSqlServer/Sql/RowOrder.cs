using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>Compares rows column by column.</summary>
static class RowOrder
{
    public static int Compare(SqlValue[] x, SqlValue[] y, ValueComparer[] comparers)
    {
        for (var i = 0; i < comparers.Length; i++)
        {
            var order = comparers[i].Compare(x[i], y[i]);
            if (order != 0)
                return order;
        }
        return 0;
    }
}

/// <summary>Calls rows equal as DISTINCT, GROUP BY and UNION do: NULL equals NULL.</summary>
sealed class RowEquality(IEnumerable<SqlType> types) : IEqualityComparer<SqlValue[]>
{
    readonly ValueComparer[] _comparers = [.. types.Select(ValueComparer.For)];

    public bool Equals(SqlValue[]? x, SqlValue[]? y) => RowOrder.Compare(x!, y!, _comparers) == 0;

    public int GetHashCode(SqlValue[] row)
    {
        var hash = new HashCode();
        for (var i = 0; i < _comparers.Length; i++)
            hash.Add(_comparers[i].GetHashCode(row[i]));
        return hash.ToHashCode();
    }
}
