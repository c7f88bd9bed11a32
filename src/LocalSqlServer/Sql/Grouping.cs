using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>
/// A grouped query: its keys and aggregates, each with a slot in a frame of their own. Expressions after grouping are
/// bound to that frame, so they cannot see a column that is neither a key nor inside an aggregate.
/// </summary>
sealed class Grouping(ExpressionBinder binder, Scope scope, NameComparer names)
{
    static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
        { "COUNT", "COUNT_BIG", "SUM", "MIN", "MAX", "AVG" };

    readonly List<(string Text, SqlExpression Source, ScopeColumn Slot)> _keys = [];
    readonly List<(Func<Accumulator> Create, ScopeColumn Slot)> _aggregates = [];

    public Frame Frame { get; } = new();

    /// <summary>Set while the argument of an aggregate is bound: it sees the rows before grouping.</summary>
    public bool BindingArgument { get; private set; }

    public static bool IsAggregate(FunctionCall call) => Names.Contains(call.FunctionName.Value);

    public void AddKey(ScalarExpression expression)
    {
        var source = binder.Bind(expression);
        Coercibility.Require(source, "GROUP BY");
        _keys.Add((FragmentText.Normalised(expression, names), source, Slot(source.Type, source.IsNullable, source.Coercibility)));
    }

    /// <summary>The group key that an expression is, or null. A column is found by what it is, all else by its text.</summary>
    public SqlExpression? Find(ScalarExpression expression)
    {
        if (BindingArgument || expression is Literal or ColumnReferenceExpression)
            return null;
        var text = FragmentText.Normalised(expression, names);
        var at = _keys.FindIndex(k => k.Text == text);
        return at < 0 ? null : SqlExpression.Of(_keys[at].Slot);
    }

    /// <summary>The group key that a column is, or null.</summary>
    public SqlExpression? Find(ScopeColumn column)
    {
        var at = _keys.FindIndex(k => k.Source.Column == column);
        return at < 0 ? null : SqlExpression.Of(_keys[at].Slot);
    }

    public SqlExpression Aggregate(FunctionCall call)
    {
        BindingArgument = true;
        var argument = call.Parameters is [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }]
            ? null
            : binder.Bind(call.Parameters[0]);
        BindingArgument = false;
        if (argument is { Sources.Count: > 0 } && !scope.AllColumns.Any(c => c.Source is { } own && argument.Sources.Contains(own)))
            throw SqlServerException.Unsupported(FragmentText.Of(call), "an aggregate of columns of a query around it");
        var distinct = call.UniqueRowFilter == UniqueRowFilter.Distinct;
        var (type, create) = Accumulator.For(call.FunctionName.Value, argument, distinct);
        var slot = Slot(type, nullable: true, argument?.Coercibility ?? default);
        _aggregates.Add((create, slot));
        return SqlExpression.Of(slot);
    }

    /// <summary>Groups the rows that the steps go through; each step of the result leaves one group in the frame.</summary>
    public IEnumerable<bool> Run(IEnumerable<bool> steps)
    {
        var groups = new Dictionary<SqlValue[], Accumulator[]>(new RowEquality(_keys.Select(k => k.Source.Type)));
        if (_keys.Count == 0)
            groups.Add([], [.. _aggregates.Select(a => a.Create())]);
        foreach (var _ in steps)
        {
            SqlValue[] key = _keys.Count == 0 ? [] : [.. _keys.Select(k => k.Source.Evaluate())];
            if (!groups.TryGetValue(key, out var accumulators))
                groups.Add(key, accumulators = [.. _aggregates.Select(a => a.Create())]);
            foreach (var accumulator in accumulators)
                accumulator.Add();
        }
        foreach (var (key, accumulators) in groups)
        {
            for (var i = 0; i < key.Length; i++)
                Frame.Row[_keys[i].Slot.Slot] = key[i];
            for (var i = 0; i < accumulators.Length; i++)
                Frame.Row[_aggregates[i].Slot.Slot] = accumulators[i].Result;
            yield return true;
        }
    }

    /// <summary>Answers a query that only counts rows without reading them.</summary>
    public bool TryCount(long rows)
    {
        if (_keys.Count > 0 || _aggregates.Exists(a => a.Create() is not RowCounter))
            return false;
        foreach (var (_, slot) in _aggregates)
            Frame.Row[slot.Slot] = SqlValue.From(rows);
        return true;
    }

    public bool OnlyCountsRows => _keys.Count == 0 && _aggregates.TrueForAll(a => a.Create() is RowCounter);

    ScopeColumn Slot(SqlType type, bool nullable, Coercibility coercibility) =>
        new(Frame, Frame.Reserve(1), "", type, nullable, source: null) { Coercibility = coercibility };
}
