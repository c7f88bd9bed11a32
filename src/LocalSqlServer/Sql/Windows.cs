using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>
/// The window functions of one query block: ROW_NUMBER, RANK, DENSE_RANK, LEAD to the next row, and aggregates over whole
/// partitions. Row numbers in the order in which rows come anyway, a constant of the next row, and a count of all rows need
/// no memory: the rows are run twice. All else keeps the rows.
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
        var partition = over.Partitions.Select(p => Compared(binder.Bind(p), "PARTITION BY")).ToArray();
        var order = over.OrderByClause?.OrderByElements.Select(e => new SortKey(
            Compared(binder.Bind(e.Expression), "ORDER BY"), e.SortOrder == SortOrder.Descending)).ToArray() ?? [];
        var name = call.FunctionName.Value.ToUpperInvariant();
        if (KindOf(name, call.Parameters.Count) is { } kind)
        {
            if (order.Length == 0)
                throw new SqlServerException(4112, 15, 1, $"The function '{name}' must have an OVER clause with ORDER BY.");
            if (kind != WindowKind.Lead)
                return Add(new(kind, partition, order, SqlType.BigInt));
            var next = binder.Bind(call.Parameters[0]);
            return Add(new(kind, partition, order, next.Type) { Next = next, Coercibility = next.Coercibility });
        }
        if (!Grouping.IsAggregate(call) || order.Length > 0)
            throw SqlServerException.Unsupported(FragmentText.Of(call), "the window function");
        var star = call.Parameters is [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }];
        var argument = star ? null : binder.Bind(call.Parameters[0]);
        var (type, create) = Accumulator.For(name, argument, call.UniqueRowFilter == UniqueRowFilter.Distinct);
        return Add(new(WindowKind.Aggregate, partition, order, type)
        {
            Create = create, CountsAll = star, Coercibility = argument?.Coercibility ?? default,
        });
    }

    static WindowKind? KindOf(string name, int parameters) => (name, parameters) switch
    {
        ("ROW_NUMBER", 0) => WindowKind.RowNumber,
        ("RANK", 0) => WindowKind.Rank,
        ("DENSE_RANK", 0) => WindowKind.DenseRank,
        ("LEAD", 1) => WindowKind.Lead,
        _ => null,
    };

    static SqlExpression Compared(SqlExpression expression, string operation)
    {
        Coercibility.Require(expression, operation);
        return expression;
    }

    /// <param name="steps">The rows of the query block; runs them anew each time.</param>
    /// <param name="count">The number of those rows.</param>
    /// <param name="rows">The frame that holds each row.</param>
    /// <param name="comesOrdered">Whether rows come in the order of these keys.</param>
    public IEnumerable<bool> Run(
        Func<IEnumerable<bool>> steps, Func<long> count, Frame rows, Func<IReadOnlyList<SortKey>, bool> comesOrdered)
    {
        var streams = _functions.TrueForAll(f => f.Partition.Length == 0
            && f.Kind switch
            {
                WindowKind.RowNumber => comesOrdered(f.Order),
                WindowKind.Lead => f.Next!.IsConstant && comesOrdered(f.Order),
                _ => f.CountsAll,
            });
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
            new Dictionary<SqlValue[], WindowPartition>(new RowEquality(f.Partition.Select(p => p.Type)))).ToArray();
        foreach (var _ in steps)
        {
            var results = new SqlValue[_functions.Count];
            for (var i = 0; i < _functions.Count; i++)
            {
                var function = _functions[i];
                SqlValue[] key = [.. function.Partition.Select(p => p.Evaluate())];
                if (!members[i].TryGetValue(key, out var partition))
                    members[i].Add(key, partition = new(function));
                if (function.Next is { } next)
                    results[i] = next.Evaluate();
                partition.Add(results);
            }
            kept.Add((rows.Row.ToArray(), results));
        }
        for (var i = 0; i < _functions.Count; i++)
        {
            foreach (var partition in members[i].Values)
                partition.Finish(i);
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
        return SqlExpression.Of(new ScopeColumn(Frame, Frame.Reserve(1), "", function.Type, nullable: true, source: null)
        {
            Coercibility = function.Coercibility,
        });
    }
}
