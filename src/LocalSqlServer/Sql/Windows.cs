using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>
/// The window functions of one query block: ROW_NUMBER, LEAD to the next row, and aggregates over whole partitions. Row
/// numbers in the order in which rows come anyway, a constant of the next row, and a count of all rows need no memory: the
/// rows are run twice. All else keeps the rows.
/// </summary>
sealed class Windows
{
    readonly List<WindowFunction> _functions = [];

    public Frame Frame { get; } = new();

    public bool Any => _functions.Count > 0;

    public SqlExpression Bind(FunctionCall call, ExpressionBinder binder)
    {
        var over = call.OverClause;
        if (over.WindowFrameClause is not null || over.WindowName is not null)
            throw SqlServerException.Unsupported(FragmentText.Of(call), "the window frame");
        var partition = over.Partitions.Select(binder.Bind).ToArray();
        var order = over.OrderByClause?.OrderByElements
            .Select(e => new SortKey(binder.Bind(e.Expression), e.SortOrder == SortOrder.Descending)).ToArray() ?? [];
        var name = call.FunctionName.Value.ToUpperInvariant();
        if (name == "ROW_NUMBER")
        {
            if (order.Length == 0)
                throw new SqlServerException(4112, 15, 1, "The function 'ROW_NUMBER' must have an OVER clause with ORDER BY.");
            return Add(new(partition, order, null, SqlType.BigInt, CountsAll: false));
        }
        if (name == "LEAD" && call.Parameters.Count == 1)
        {
            if (order.Length == 0)
                throw new SqlServerException(4112, 15, 1, "The function 'LEAD' must have an OVER clause with ORDER BY.");
            var next = binder.Bind(call.Parameters[0]);
            return Add(new(partition, order, null, next.Type, CountsAll: false) { Next = next });
        }
        if (!Grouping.IsAggregate(call) || order.Length > 0)
            throw SqlServerException.Unsupported(FragmentText.Of(call), "the window function");
        var star = call.Parameters is [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }];
        var (type, create) = Accumulator.For(
            name, star ? null : binder.Bind(call.Parameters[0]), call.UniqueRowFilter == UniqueRowFilter.Distinct);
        return Add(new(partition, order, create, type, CountsAll: star));
    }

    /// <param name="steps">The rows of the query block; runs them anew each time.</param>
    /// <param name="count">The number of those rows.</param>
    /// <param name="rows">The frame that holds each row.</param>
    /// <param name="comesOrdered">Whether rows come in the order of these keys.</param>
    public IEnumerable<bool> Run(
        Func<IEnumerable<bool>> steps, Func<long> count, Frame rows, Func<IReadOnlyList<SortKey>, bool> comesOrdered)
    {
        var streams = _functions.TrueForAll(f => f.Partition.Length == 0
            && (f.Create is null ? f.Next is not { IsConstant: false } && comesOrdered(f.Order) : f.CountsAll));
        return streams ? Stream(steps, count) : Keep(steps(), rows);
    }

    IEnumerable<bool> Stream(Func<IEnumerable<bool>> steps, Func<long> count)
    {
        var total = _functions.Exists(f => f.CountsAll || f.Next is not null) ? count() : 0;
        long number = 0;
        foreach (var _ in steps())
        {
            number++;
            for (var slot = 0; slot < _functions.Count; slot++)
            {
                Frame.Row[slot] = _functions[slot] switch
                {
                    { CountsAll: true } => SqlValue.From(total),
                    { Next: { } next } => number < total ? next.Evaluate() : default,
                    _ => SqlValue.From(number),
                };
            }
            yield return true;
        }
    }

    IEnumerable<bool> Keep(IEnumerable<bool> steps, Frame rows)
    {
        var kept = new List<(SqlValue[] Row, SqlValue[] Results)>();
        var members = _functions.Select(f =>
            new Dictionary<SqlValue[], Partition>(new RowEquality(f.Partition.Select(p => p.Type)))).ToArray();
        foreach (var _ in steps)
        {
            var results = new SqlValue[_functions.Count];
            for (var i = 0; i < _functions.Count; i++)
            {
                var function = _functions[i];
                SqlValue[] key = [.. function.Partition.Select(p => p.Evaluate())];
                if (!members[i].TryGetValue(key, out var partition))
                    members[i].Add(key, partition = new(function.Create?.Invoke(), function.Next is not null));
                if (function.Next is { } next)
                    results[i] = next.Evaluate();
                partition.Rows.Add((results, [.. function.Order.Select(o => o.Expression.Evaluate())]));
                partition.Accumulator?.Add();
            }
            kept.Add((rows.Row.ToArray(), results));
        }
        for (var i = 0; i < _functions.Count; i++)
        {
            foreach (var partition in members[i].Values)
                partition.Finish(i, SortKey.Comparer(_functions[i].Order));
        }
        foreach (var (row, results) in kept)
        {
            row.CopyTo(rows.Row, 0);
            results.CopyTo(Frame.Row, 0);
            yield return true;
        }
    }

    SqlExpression Add(WindowFunction function)
    {
        _functions.Add(function);
        return SqlExpression.Of(new ScopeColumn(Frame, Frame.Reserve(1), "", function.Type, nullable: true, source: null));
    }

    sealed record WindowFunction(
        SqlExpression[] Partition, SortKey[] Order, Func<Accumulator>? Create, SqlType Type, bool CountsAll)
    {
        /// <summary>Of LEAD: what is taken of the next row.</summary>
        public SqlExpression? Next { get; init; }
    }

    /// <param name="shifts">Of LEAD: each row's result is that which the next one has brought.</param>
    sealed class Partition(Accumulator? accumulator, bool shifts)
    {
        public Accumulator? Accumulator { get; } = accumulator;

        public List<(SqlValue[] Results, SqlValue[] Keys)> Rows { get; } = [];

        public void Finish(int slot, IComparer<SqlValue[]> comparer)
        {
            var ordered = Accumulator is null ? Rows.OrderBy(r => r.Keys, comparer).ToList() : Rows;
            for (var i = 0; i < ordered.Count; i++)
                ordered[i].Results[slot] = Accumulator?.Result
                    ?? (!shifts ? SqlValue.From(i + 1L) : i + 1 < ordered.Count ? ordered[i + 1].Results[slot] : default);
        }
    }
}
