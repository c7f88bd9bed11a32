using LocalSqlServer.Protocol;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>UNION [ALL], EXCEPT and INTERSECT of two queries, in the types common to both.</summary>
sealed class SetQuery : RowQuery
{
    readonly RowQuery _first;
    readonly RowQuery _second;
    readonly BinaryQueryExpressionType _operation;
    readonly bool _all;
    readonly SqlExpression[] _meetings;

    public SetQuery(RowQuery first, RowQuery second, BinaryQueryExpressionType operation, bool all)
    {
        if (first.Columns.Count != second.Columns.Count)
        {
            throw new SqlServerException(205, 16, 1,
                "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions "
                + "in their target lists.");
        }
        (_first, _second, _operation, _all) = (first, second, operation, all);
        _meetings = [.. first.Columns.Select((_, i) => TypeRules.Meet(Column(first, i), Column(second, i)))];
        // UNION ALL compares nothing; what is unresolved then is for whoever uses the column.
        if (!all)
        {
            foreach (var meeting in _meetings)
                Coercibility.Require(meeting, operation.ToString().ToUpperInvariant());
        }
        Columns = [.. first.Columns.Zip(second.Columns, (a, b) => (a.Name, Nullable: a.Nullable || b.Nullable))
            .Select((c, i) => new ResultColumn(c.Name, _meetings[i].Type, c.Nullable))];
    }

    public override IReadOnlyList<ResultColumn> Columns { get; }

    public override Coercibility CoercibilityOf(int column) => _meetings[column].Coercibility;

    public override IEnumerable<SqlValue[]> Rows()
    {
        var equality = new RowEquality(Columns.Select(c => c.Type));
        var (first, second) = (Converted(_first), Converted(_second));
        return (_operation, _all) switch
        {
            (BinaryQueryExpressionType.Union, true) => first.Concat(second),
            (BinaryQueryExpressionType.Union, false) => first.Concat(second).Select(Copy).Distinct(equality),
            (BinaryQueryExpressionType.Except, _) => first.Select(Copy).Except(second.Select(Copy), equality),
            _ => first.Select(Copy).Intersect(second.Select(Copy), equality),
        };
    }

    public override long Count() => _operation == BinaryQueryExpressionType.Union && _all
        ? _first.Count() + _second.Count()
        : Rows().LongCount();

    static SqlExpression Column(RowQuery query, int at)
    {
        var type = query.Columns[at].Type;
        var value = SqlExpression.Constant(SqlValue.Null, type);
        return type.IsText ? value.With(type.Collation ?? Collation.Default, query.CoercibilityOf(at)) : value;
    }

    static SqlValue[] Copy(SqlValue[] row) => row.ToArray();

    IEnumerable<SqlValue[]> Converted(RowQuery query)
    {
        var row = new SqlValue[Columns.Count];
        foreach (var source in query.Rows())
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = SqlConversion.Convert(source[i], query.Columns[i].Type, Columns[i].Type);
            yield return row;
        }
    }
}

/// <summary>The rows of VALUES.</summary>
sealed class ValuesQuery(IReadOnlyList<ResultColumn> columns, IReadOnlyList<SqlExpression[]> rows) : RowQuery
{
    public override Coercibility CoercibilityOf(int column) =>
        rows.Select(row => row[column]).Aggregate(TypeRules.Meet).Coercibility;

    public override IReadOnlyList<ResultColumn> Columns => columns;

    public override long Count() => rows.Count;

    public override IEnumerable<SqlValue[]> Rows() =>
        rows.Select(row => row.Select((e, i) => e.As(columns[i].Type).Evaluate()).ToArray());
}
