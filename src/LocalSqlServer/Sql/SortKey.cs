using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>One item of ORDER BY.</summary>
sealed record SortKey(SqlExpression Expression, bool Descending)
{
    public static IComparer<SqlValue[]> Comparer(IReadOnlyList<SortKey> keys)
    {
        var comparers = keys.Select(k => ValueComparer.For(k.Expression.Type)).ToArray();
        return Comparer<SqlValue[]>.Create((x, y) =>
        {
            for (var i = 0; i < comparers.Length; i++)
            {
                var order = comparers[i].Compare(x[i], y[i]);
                if (order != 0)
                    return keys[i].Descending ? -order : order;
            }
            return 0;
        });
    }

    /// <summary>Whether rows that come in the order of <paramref name="order"/> are sorted by the keys already.</summary>
    public static bool Satisfied(
        IReadOnlyList<SortKey> keys, IReadOnlyList<ScopeColumn> order, IReadOnlyCollection<ScopeColumn> fixedColumns)
    {
        var remaining = new Queue<ScopeColumn>(order.Where(c => !fixedColumns.Contains(c)));
        foreach (var key in keys)
        {
            if (key.Expression.Column is not { } column)
                return false;
            if (fixedColumns.Contains(column))
                continue;
            if (key.Descending || !remaining.TryDequeue(out var next) || next != column)
                return false;
        }
        return true;
    }
}
