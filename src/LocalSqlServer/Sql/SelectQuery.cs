using LocalSqlServer.Protocol;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>
/// One bound SELECT. The steps of <see cref="Rows"/> stand in the order in which SQL defines them: source, WHERE, grouping,
/// HAVING, window functions, select list, DISTINCT, ORDER BY, paging.
/// </summary>
sealed class SelectQuery(
    Relation? source, Predicate? where, Grouping? grouping, Predicate? having, Windows windows, Frame frame,
    IReadOnlyList<ResultColumn> columns, IReadOnlyList<SqlExpression> output, IReadOnlyList<SortKey> orderBy,
    bool distinct, Paging paging) : RowQuery
{
    readonly SqlExpression[] _output = [.. output];

    public override IReadOnlyList<ResultColumn> Columns => columns;

    public override Coercibility CoercibilityOf(int column) => _output[column].Coercibility;

    /// <summary>Variables that take the values of the row, for SELECT @v = ...</summary>
    public IReadOnlyList<Variable> Assigned { get; init; } = [];

    public override IReadOnlyList<int> Order
    {
        get
        {
            var order = orderBy.Count > 0
                ? orderBy.TakeWhile(k => !k.Descending).Select(k => k.Expression.Column)
                : Plain ? source!.Order.Where(c => !source.Fixed.Contains(c)) : [];
            return [.. order.Select(c => Array.FindIndex(_output, o => c is not null && o.Column == c)).TakeWhile(i => i >= 0)];
        }
    }

    bool Plain => source is not null && grouping is null && !distinct && !windows.Any;

    bool ComesSorted => grouping is null && !distinct && source is not null
        && SortKey.Satisfied(orderBy, source.Order, source.Fixed);

    public override IEnumerable<SqlValue[]> Rows()
    {
        var rows = orderBy.Count == 0 || ComesSorted ? Projected() : Sorted();
        return paging.Apply(rows);
    }

    public override long Count() => Plain ? paging.Apply(FilteredCount()) : Rows().LongCount();

    IEnumerable<bool> Filtered()
    {
        if (source is null)
        {
            if (where is null || where.IsTrue())
                yield return true;
            yield break;
        }
        foreach (var _ in source.Run())
        {
            if (where is null || where.IsTrue())
                yield return true;
        }
    }

    long FilteredCount() => where is null && source is not null ? source.Count() : Filtered().LongCount();

    IEnumerable<bool> Grouped()
    {
        if (grouping is null)
            return Filtered();
        var groups = grouping.OnlyCountsRows ? CountedOnly() : grouping.Run(Filtered());
        return having is null ? groups : groups.Where(_ => having.IsTrue());
    }

    IEnumerable<bool> CountedOnly()
    {
        if (grouping!.TryCount(FilteredCount()))
            yield return true;
    }

    IEnumerable<bool> Windowed() => windows.Any
        ? windows.Run(
            Grouped,
            () => grouping is null ? FilteredCount() : Grouped().LongCount(),
            grouping?.Frame ?? frame,
            keys => grouping is null && source is not null && SortKey.Satisfied(keys, source.Order, source.Fixed))
        : Grouped();

    IEnumerable<SqlValue[]> Projected()
    {
        var row = new SqlValue[_output.Length];
        var seen = distinct ? new HashSet<SqlValue[]>(new RowEquality(_output.Select(o => o.Type))) : null;
        foreach (var _ in Windowed())
        {
            for (var i = 0; i < _output.Length; i++)
                row[i] = _output[i].Evaluate();
            if (seen is not null && !seen.Add(row.ToArray()))
                continue;
            yield return row;
        }
    }

    IEnumerable<SqlValue[]> Sorted()
    {
        var seen = distinct ? new HashSet<SqlValue[]>(new RowEquality(_output.Select(o => o.Type))) : null;
        var rows = new List<(SqlValue[] Row, SqlValue[] Keys)>();
        foreach (var _ in Windowed())
        {
            SqlValue[] row = [.. _output.Select(o => o.Evaluate())];
            if (seen is null || seen.Add(row))
                rows.Add((row, [.. orderBy.Select(k => k.Expression.Evaluate())]));
        }
        return rows.OrderBy(r => r.Keys, SortKey.Comparer(orderBy)).Select(r => r.Row);
    }
}
