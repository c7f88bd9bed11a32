using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A bound condition in three-valued logic: null is UNKNOWN. Its shape is kept so that a scan can seek by it.</summary>
class Predicate(Func<bool?> evaluate)
{
    public bool? Evaluate() => evaluate();

    public bool IsTrue() => evaluate() == true;

    /// <summary>Whether it is known to be the same for every row.</summary>
    public virtual bool IsConstant => false;
}

/// <summary>Two expressions of one type compared.</summary>
sealed class ComparisonPredicate(
    SqlExpression left, Comparison comparison, SqlExpression right, SqlType type, Func<bool?> evaluate) : Predicate(evaluate)
{
    public SqlExpression Left { get; } = left;

    public Comparison Comparison { get; } = comparison;

    public SqlExpression Right { get; } = right;

    public override bool IsConstant => Left.IsConstant && Right.IsConstant;

    /// <summary>The type in which both sides are compared.</summary>
    public SqlType Type { get; } = type;
}

/// <summary>An expression compared with a list: true if one is equal.</summary>
sealed class InListPredicate(
    SqlExpression tested, IReadOnlyList<SqlExpression> values, SqlType type, Func<bool?> evaluate) : Predicate(evaluate)
{
    public SqlExpression Tested { get; } = tested;

    public IReadOnlyList<SqlExpression> Values { get; } = values;

    public SqlType Type { get; } = type;
}

/// <summary>Conditions joined by AND or by OR.</summary>
sealed class JoinedPredicate(bool isAnd, Predicate left, Predicate right, Func<bool?> evaluate) : Predicate(evaluate)
{
    public bool IsAnd { get; } = isAnd;

    public Predicate Left { get; } = left;

    public Predicate Right { get; } = right;

    public static JoinedPredicate And(Predicate left, Predicate right) => new(true, left, right, () =>
        left.Evaluate() switch
        {
            false => false,
            true => right.Evaluate(),
            _ => right.Evaluate() == false ? false : null,
        });

    public static JoinedPredicate Or(Predicate left, Predicate right) => new(false, left, right, () =>
        left.Evaluate() switch
        {
            true => true,
            false => right.Evaluate(),
            _ => right.Evaluate() == true ? true : null,
        });

    /// <summary>The parts of a condition that must all be true.</summary>
    public static IEnumerable<Predicate> Conjuncts(Predicate? predicate) => predicate switch
    {
        null => [],
        JoinedPredicate { IsAnd: true } both => Conjuncts(both.Left).Concat(Conjuncts(both.Right)),
        _ => [predicate],
    };

    public static Predicate? Join(IEnumerable<Predicate> conjuncts) =>
        conjuncts.Aggregate((Predicate?)null, (all, next) => all is null ? next : And(all, next));
}
