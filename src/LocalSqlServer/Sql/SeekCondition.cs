using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>A condition on one column of a table with values that do not depend on that table's rows.</summary>
sealed record SeekCondition(
    ScopeColumn Column, Comparison Comparison, IReadOnlyList<SqlExpression> Values, SqlType Type, Predicate Origin, bool Exact)
{
    /// <summary>Reads a condition as a seek on a column of <paramref name="table"/>, or gives null.</summary>
    public static SeekCondition? From(Predicate predicate, Relation table)
    {
        switch (predicate)
        {
            case ComparisonPredicate { Comparison: not Comparison.NotEqual } compare:
                return FromSides(compare, compare.Left, compare.Comparison, compare.Right, table)
                    ?? FromSides(compare, compare.Right, Mirror(compare.Comparison), compare.Left, table);
            case InListPredicate { Tested.Column: { } column } list
                when column.Source == table && list.Values.All(v => v.IsConstant) && KeepsOrder(column.Type, list.Type):
                return new(column, Comparison.Equal, list.Values, list.Type, predicate, Exact: true);
            case JoinedPredicate { IsAnd: false } either:
                return Implied(either, table);
            default:
                return null;
        }
    }

    /// <summary>Whether the order of a column stays when its values become another type.</summary>
    static bool KeepsOrder(SqlType column, SqlType compared) =>
        (column.Kind == compared.Kind && !column.IsText)
        || (column.IsNumeric && compared.IsNumeric)
        || (column.IsText && compared.IsText && column.Collation == compared.Collation
            && (column.IsUnicode == compared.IsUnicode || column.Collation is not { IsBinary: true }))
        || (column.IsBinary && compared.IsBinary)
        || (column.IsDateOrTime && compared.IsDateOrTime);

    static SeekCondition? FromSides(
        ComparisonPredicate origin, SqlExpression column, Comparison comparison, SqlExpression value, Relation table) =>
        column.Column is { } found && found.Source == table && value.Sources.All(s => s.Number < table.Number)
            && KeepsOrder(found.Type, origin.Type)
            ? new(found, comparison, [value.As(origin.Type)], origin.Type, origin, Exact: true)
            : null;

    /// <summary>(a &gt; x OR (a = x AND b &gt; y)) implies a &gt;= x: the form of a keyset over several columns.</summary>
    static SeekCondition? Implied(JoinedPredicate either, Relation table)
    {
        var left = Bounds(either.Left, table).ToList();
        foreach (var bound in Bounds(either.Right, table))
        {
            var same = left.Find(other => other.Column == bound.Column && SameValue(other, bound)
                && IsLower(other.Comparison) == IsLower(bound.Comparison));
            if (same is not null)
            {
                var comparison = IsLower(bound.Comparison) ? Comparison.GreaterOrEqual : Comparison.LessOrEqual;
                if (bound.Comparison == Comparison.Equal && !IsLower(same.Comparison))
                    comparison = Comparison.LessOrEqual;
                return bound with { Comparison = comparison, Origin = either, Exact = false };
            }
        }
        return null;
    }

    static IEnumerable<SeekCondition> Bounds(Predicate predicate, Relation table)
    {
        foreach (var conjunct in JoinedPredicate.Conjuncts(predicate))
        {
            if (From(conjunct, table) is not { Values.Count: 1 } bound)
                continue;
            yield return bound;
            if (bound.Comparison == Comparison.Equal)
            {
                yield return bound with { Comparison = Comparison.GreaterOrEqual };
                yield return bound with { Comparison = Comparison.LessOrEqual };
            }
        }
    }

    static bool SameValue(SeekCondition x, SeekCondition y) =>
        x.Type.Kind == y.Type.Kind && x.Values[0].IsConstant && y.Values[0].IsConstant
        && ValueComparer.For(x.Type).Equals(x.Values[0].Evaluate(), y.Values[0].Evaluate());

    static bool IsLower(Comparison comparison) =>
        comparison is Comparison.Equal or Comparison.Greater or Comparison.GreaterOrEqual;

    static Comparison Mirror(Comparison comparison) => comparison switch
    {
        Comparison.Less => Comparison.Greater,
        Comparison.LessOrEqual => Comparison.GreaterOrEqual,
        Comparison.Greater => Comparison.Less,
        Comparison.GreaterOrEqual => Comparison.LessOrEqual,
        _ => comparison,
    };
}
