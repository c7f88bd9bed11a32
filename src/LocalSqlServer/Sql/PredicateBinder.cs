using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

sealed partial class ExpressionBinder
{
    public Predicate BindPredicate(BooleanExpression expression) => expression switch
    {
        BooleanParenthesisExpression parenthesis => BindPredicate(parenthesis.Expression),
        BooleanNotExpression not => Not(BindPredicate(not.Expression), negate: true),
        BooleanBinaryExpression { BinaryExpressionType: BooleanBinaryExpressionType.And } both =>
            JoinedPredicate.And(BindPredicate(both.FirstExpression), BindPredicate(both.SecondExpression)),
        BooleanBinaryExpression either =>
            JoinedPredicate.Or(BindPredicate(either.FirstExpression), BindPredicate(either.SecondExpression)),
        BooleanComparisonExpression comparison => Compare(
            Bind(comparison.FirstExpression), OperatorOf(comparison), Bind(comparison.SecondExpression)),
        BooleanIsNullExpression isNull => BindIsNull(Bind(isNull.Expression), isNull.IsNot),
        BooleanTernaryExpression between => BindBetween(between),
        InPredicate { Subquery: not null } isIn => BindInSubquery(isIn),
        InPredicate isIn => BindInList(isIn),
        LikePredicate like => BindLike(like),
        ExistsPredicate exists => BindExists(exists),
        DistinctPredicate distinct => BindDistinct(distinct),
        _ => throw SqlServerException.Unsupported(FragmentText.Of(expression), "the condition"),
    };

    public static ComparisonPredicate Compare(SqlExpression left, Comparison comparison, SqlExpression right)
    {
        var type = TypeRules.Compared(left, right, NameOf(comparison));
        if (type.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Image or SqlKind.Xml)
        {
            throw new SqlServerException(402, 16, 1,
                $"The data types {left.Type.Name} and {right.Type.Name} are incompatible in the comparison operator.");
        }
        var (a, b) = (left.As(type), right.As(type));
        var comparer = ValueComparer.For(type);
        return new(left, comparison, right, type, () =>
        {
            var x = a.Evaluate();
            if (x.IsNull)
                return null;
            var y = b.Evaluate();
            return y.IsNull ? null : Holds(comparison, comparer.CompareValues(in x, in y));
        });
    }

    static bool Holds(Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.NotEqual => order != 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };

    static string NameOf(Comparison comparison) => comparison switch
    {
        Comparison.Equal => "equal to",
        Comparison.NotEqual => "not equal to",
        Comparison.Less => "less than",
        Comparison.LessOrEqual => "less than or equal to",
        Comparison.Greater => "greater than",
        _ => "greater than or equal to",
    };

    static Comparison OperatorOf(BooleanComparisonExpression comparison) => comparison.ComparisonType switch
    {
        BooleanComparisonType.Equals => Comparison.Equal,
        BooleanComparisonType.NotEqualToBrackets or BooleanComparisonType.NotEqualToExclamation => Comparison.NotEqual,
        BooleanComparisonType.LessThan => Comparison.Less,
        BooleanComparisonType.LessThanOrEqualTo or BooleanComparisonType.NotGreaterThan => Comparison.LessOrEqual,
        BooleanComparisonType.GreaterThan => Comparison.Greater,
        BooleanComparisonType.GreaterThanOrEqualTo or BooleanComparisonType.NotLessThan => Comparison.GreaterOrEqual,
        _ => throw SqlServerException.Unsupported(FragmentText.Of(comparison), "the comparison"),
    };

    static Predicate Not(Predicate predicate, bool negate) => negate ? new(() => !predicate.Evaluate()) : predicate;

    static Predicate BindIsNull(SqlExpression tested, bool isNot) => new(() => tested.Evaluate().IsNull != isNot);

    Predicate BindBetween(BooleanTernaryExpression between)
    {
        var tested = Bind(between.FirstExpression);
        var range = JoinedPredicate.And(
            Compare(tested, Comparison.GreaterOrEqual, Bind(between.SecondExpression)),
            Compare(tested, Comparison.LessOrEqual, Bind(between.ThirdExpression)));
        return Not(range, between.TernaryExpressionType == BooleanTernaryExpressionType.NotBetween);
    }

    Predicate BindDistinct(DistinctPredicate distinct)
    {
        var (left, right) = (Bind(distinct.FirstExpression), Bind(distinct.SecondExpression));
        var type = TypeRules.Compared(left, right, "is distinct from");
        var (a, b) = (left.As(type), right.As(type));
        var comparer = ValueComparer.For(type);
        return new(() => comparer.Equals(a.Evaluate(), b.Evaluate()) == distinct.IsNot);
    }

    Predicate BindInList(InPredicate isIn)
    {
        var tested = Bind(isIn.Expression);
        var values = isIn.Values.Select(Bind).ToList();
        foreach (var value in values)
            TypeRules.Compared(tested, value, NameOf(Comparison.Equal));
        var type = values.Aggregate(tested, TypeRules.Meet).Type;
        var comparer = ValueComparer.For(type);
        var x = tested.As(type);
        var list = values.Select(v => v.As(type)).ToArray();
        bool? Contains()
        {
            var value = x.Evaluate();
            if (value.IsNull)
                return null;
            var unknown = false;
            foreach (var item in list)
            {
                var other = item.Evaluate();
                if (other.IsNull)
                    unknown = true;
                else if (comparer.CompareValues(in value, in other) == 0)
                    return true;
            }
            return unknown ? null : false;
        }

        return isIn.NotDefined ? new Predicate(() => !Contains()) : new InListPredicate(tested, list, type, Contains);
    }

    /// <summary>A subquery that looks at no outer row is run once and kept as a set; another runs for each row.</summary>
    Predicate BindInSubquery(InPredicate isIn)
    {
        var tested = Bind(isIn.Expression);
        var before = context.Resolved.Count;
        var query = new QueryBinder(context).Bind(isIn.Subquery.QueryExpression, scope);
        if (query.Columns.Count != 1)
        {
            throw new SqlServerException(116, 16, 1,
                "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.");
        }
        var outerSources = AllSources(scope);
        var correlated = context.Resolved.Skip(before).Any(outerSources.Contains);
        var result = ValueOf(query, () => SqlValue.Null);
        var type = TypeRules.Compared(tested, result, NameOf(Comparison.Equal));
        var x = tested.As(type);
        var set = new HashSet<SqlValue>(ValueComparer.For(type));
        var filled = false;
        return Not(new Predicate(() =>
        {
            if (!filled || correlated)
            {
                set.Clear();
                foreach (var row in query.Rows())
                    set.Add(SqlConversion.Convert(row[0], query.Columns[0].Type, type));
                filled = true;
            }
            var value = x.Evaluate();
            if (set.Count == 0)
                return false;
            if (value.IsNull)
                return null;
            return set.Contains(value) ? true : set.Contains(SqlValue.Null) ? null : false;
        }), isIn.NotDefined);
    }

    static HashSet<Relation> AllSources(Scope? from)
    {
        var sources = new HashSet<Relation>();
        for (var at = from; at is not null; at = at.Outer)
            sources.UnionWith(at.AllColumns.Select(c => c.Source).OfType<Relation>());
        return sources;
    }

    Predicate BindExists(ExistsPredicate exists)
    {
        var query = new QueryBinder(context).Bind(exists.Subquery.QueryExpression, scope);
        return new(() => query.Rows().Any());
    }

    Predicate BindLike(LikePredicate like)
    {
        var (text, pattern) = (Bind(like.FirstExpression), Bind(like.SecondExpression));
        var escape = like.EscapeExpression is null ? null : Bind(like.EscapeExpression);
        var compared = text.Type.IsText && pattern.Type.IsText ? TypeRules.Compared(text, pattern, "like") : text.Type;
        var collation = compared.Collation ?? context.Database.Collation;
        var (a, b) = (text.As(SqlType.NVarChar(SqlType.Max)), pattern.As(SqlType.NVarChar(SqlType.Max)));
        return Not(new Predicate(() =>
        {
            var (x, y) = (a.Evaluate(), b.Evaluate());
            if (x.IsNull || y.IsNull)
                return null;
            return LikePattern.Matches(x.Text, y.Text, escape?.Evaluate().Text is { Length: 1 } e ? e[0] : null, collation);
        }), like.NotDefined);
    }
}
