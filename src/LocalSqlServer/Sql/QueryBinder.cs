using System.Globalization;
using LocalSqlServer.Protocol;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Binds queries: names to columns, expressions to types, conditions to seeks.</summary>
sealed class QueryBinder(StatementContext context)
{
    public RowQuery Bind(SelectStatement statement)
    {
        if (statement.Into is not null)
            throw SqlServerException.Unsupported(FragmentText.Of(statement.Into), "SELECT INTO");
        var around = new Scope(null, context.Database.Names);
        foreach (var table in statement.WithCtesAndXmlNamespaces?.CommonTableExpressions ?? [])
        {
            var visible = new Scope(null, context.Database.Names);
            foreach (var (name, earlier) in around.CommonTables)
                visible.CommonTables.Add(name, earlier);
            around.CommonTables.Add(table.ExpressionName.Value,
                new(table.QueryExpression, [.. table.Columns.Select(c => c.Value)], visible));
        }
        var query = Bind(statement.QueryExpression, null, around.CommonTables);
        for (var i = 0; i < query.Columns.Count; i++)
            RequireResolved(query, i);
        return query;
    }

    static void RequireResolved(RowQuery query, int column)
    {
        if (query.CoercibilityOf(column) is not { Label: CollationLabel.Unresolved, Rival: { } rival })
            return;
        throw new SqlServerException(451, 16, 1,
            $"Cannot resolve collation conflict between \"{query.Columns[column].Type.Collation!.Name}\" and \"{rival.Name}\" "
            + $"occurring in SELECT statement column {column + 1}.");
    }

    public RowQuery Bind(
        QueryExpression query, Scope? outer, IReadOnlyDictionary<string, CommonTable>? commonTables = null)
    {
        var scope = new Scope(outer, context.Database.Names);
        foreach (var (name, table) in commonTables ?? new Dictionary<string, CommonTable>())
            scope.CommonTables.Add(name, table);
        return query switch
        {
            QuerySpecification select => BindSelect(select, scope),
            QueryParenthesisExpression parenthesis => Ordered(
                Bind(parenthesis.QueryExpression, outer, scope.CommonTables), parenthesis, scope),
            BinaryQueryExpression binary => Ordered(
                new SetQuery(
                    Bind(binary.FirstQueryExpression, outer, scope.CommonTables),
                    Bind(binary.SecondQueryExpression, outer, scope.CommonTables),
                    binary.BinaryQueryExpressionType, binary.All),
                binary, scope),
            _ => throw SqlServerException.Unsupported(FragmentText.Of(query), "the query"),
        };
    }

    SelectQuery BindSelect(QuerySpecification select, Scope scope)
    {
        if (select.ForClause is not null)
            throw SqlServerException.Unsupported(FragmentText.Of(select.ForClause), "the FOR clause");
        var binder = new ExpressionBinder(context, scope);
        var source = select.FromClause is null
            ? null
            : new SourceBinder(context, scope).Bind(select.FromClause.TableReferences);
        var (guarded, where) = BindWhere(
            select.WhereClause?.SearchCondition, binder, source, repeated: scope.Outer is not null);
        scope.Grouping = BindGrouping(select, binder, scope);
        var having = select.HavingClause is null ? null : binder.BindPredicate(select.HavingClause.SearchCondition);
        var windows = new Windows();
        binder.Windows = windows;

        var columns = new List<ResultColumn>();
        var output = new List<SqlExpression>();
        var assigned = new List<Variable>();
        foreach (var element in select.SelectElements)
            BindElement(element, binder, scope, columns, output, assigned);
        var order = select.OrderByClause is null
            ? []
            : BindOrder(select.OrderByClause, binder, columns, output);
        if (select.UniqueRowFilter == UniqueRowFilter.Distinct)
            output.ForEach(o => Coercibility.Require(o, "DISTINCT"));
        return new SelectQuery(
            guarded, where, scope.Grouping, having, windows, scope.Frame, columns, output, order,
            select.UniqueRowFilter == UniqueRowFilter.Distinct, BindPaging(select, binder)) { Assigned = assigned };
    }

    static (Relation? Source, Predicate? Where) BindWhere(
        BooleanExpression? condition, ExpressionBinder binder, Relation? source, bool repeated)
    {
        if (condition is null)
            return (source, null);
        var bound = binder.BindPredicate(condition);
        if (source is null)
            return (null, bound);
        var all = JoinedPredicate.Conjuncts(bound).ToLookup(p => p.IsConstant);
        var where = JoinedPredicate.Join(source.Accept(all[false], repeated));
        return (JoinedPredicate.Join(all[true]) is { } guard ? new GuardedRelation(source, guard) : source, where);
    }

    Grouping? BindGrouping(QuerySpecification select, ExpressionBinder binder, Scope scope)
    {
        if (select.GroupByClause is null && select.HavingClause is null && !AggregateFinder.In(select))
            return null;
        var grouping = new Grouping(binder, scope, context.Database.Names);
        foreach (var item in select.GroupByClause?.GroupingSpecifications ?? [])
        {
            if (item is not ExpressionGroupingSpecification key)
                throw SqlServerException.Unsupported(FragmentText.Of(item), "the grouping");
            grouping.AddKey(key.Expression);
        }
        return grouping;
    }

    void BindElement(
        SelectElement element, ExpressionBinder binder, Scope scope, List<ResultColumn> columns, List<SqlExpression> output,
        List<Variable> assigned)
    {
        switch (element)
        {
            case SelectScalarExpression scalar:
                var bound = binder.Bind(scalar.Expression);
                output.Add(bound);
                columns.Add(new(NameOf(scalar), bound.Type, bound.IsNullable, bound.Column?.Identity ?? false));
                break;
            case SelectStarExpression star when scope.Grouping is null:
                var all = star.Qualifier is null
                    ? scope.AllColumns
                    : scope.ColumnsOf([.. star.Qualifier.Identifiers.Select(i => i.Value)]);
                foreach (var column in all.ToList())
                {
                    column.Used = true;
                    output.Add(SqlExpression.Of(column));
                    columns.Add(new(column.Name, column.Type, column.Nullable, column.Identity));
                }
                break;
            case SelectSetVariable { AssignmentKind: AssignmentKind.Equals } set:
                if (!context.Variables.TryGetValue(set.Variable.Name, out var variable))
                    throw SqlServerException.UndeclaredVariable(set.Variable.Name);
                assigned.Add(variable);
                output.Add(binder.Bind(set.Expression).As(variable.Type));
                columns.Add(new("", variable.Type));
                break;
            default:
                throw SqlServerException.Unsupported(FragmentText.Of(element), "the select element");
        }
    }

    static string NameOf(SelectScalarExpression scalar) =>
        scalar.ColumnName?.Value
        ?? (scalar.Expression as ColumnReferenceExpression)?.MultiPartIdentifier?.Identifiers[^1].Value
        ?? "";

    List<SortKey> BindOrder(
        OrderByClause clause, ExpressionBinder binder, List<ResultColumn> columns, List<SqlExpression> output) =>
        [.. clause.OrderByElements.Select(item =>
        {
            var key = Position(item.Expression, columns) is { } at ? output[at] : binder.Bind(item.Expression);
            Coercibility.Require(key, "ORDER BY");
            return new SortKey(key, item.SortOrder == SortOrder.Descending);
        })];

    /// <summary>An item of ORDER BY that is a position or the name of an output column.</summary>
    int? Position(ScalarExpression item, List<ResultColumn> columns)
    {
        if (item is IntegerLiteral literal)
        {
            var position = int.Parse(literal.Value, CultureInfo.InvariantCulture);
            return position >= 1 && position <= columns.Count
                ? position - 1
                : throw new SqlServerException(108, 15, 1,
                    $"The ORDER BY position number {position} is out of range of the number of items in the select list.");
        }
        if (item is not ColumnReferenceExpression { MultiPartIdentifier.Identifiers: [var name] })
            return null;
        var at = columns.FindIndex(c => context.Database.Names.Equals(c.Name, name.Value));
        if (at != columns.FindLastIndex(c => context.Database.Names.Equals(c.Name, name.Value)))
            throw new SqlServerException(209, 16, 1, $"Ambiguous column name '{name.Value}'.");
        return at < 0 ? null : at;
    }

    static Paging BindPaging(QuerySpecification select, ExpressionBinder binder)
    {
        if (select.TopRowFilter is { } top)
        {
            if (top.Percent || top.WithTies)
                throw SqlServerException.Unsupported(FragmentText.Of(top), "TOP PERCENT and WITH TIES");
            return new(0, Rows(top.Expression, binder, 1060));
        }
        return BindOffset(select.OffsetClause, binder);
    }

    static Paging BindOffset(OffsetClause? offset, ExpressionBinder binder) => offset is null
        ? Paging.All
        : new(
            Rows(offset.OffsetExpression, binder, 10742),
            offset.FetchExpression is null ? null : Rows(offset.FetchExpression, binder, 10744));

    static long Rows(ScalarExpression expression, ExpressionBinder binder, int error)
    {
        var value = binder.Bind(expression).As(SqlType.BigInt).Evaluate();
        return !value.IsNull && value.Number >= 0
            ? value.Number
            : throw new SqlServerException(error, 15, 1,
                "The number of rows provided for a TOP, OFFSET or FETCH clause row count parameter must be an integer "
                + "that is not negative.");
    }

    /// <summary>ORDER BY, OFFSET and FETCH after a set operation see its output columns only.</summary>
    RowQuery Ordered(RowQuery query, QueryExpression expression, Scope scope)
    {
        if (expression.OrderByClause is null)
            return query;
        var table = new DerivedTable(query, scope.Frame, null);
        scope.Add(null, "", table);
        var binder = new ExpressionBinder(context, scope);
        var output = table.Columns.Select(SqlExpression.Of).ToList();
        return new SelectQuery(
            table, null, null, null, new Windows(), scope.Frame, query.Columns, output,
            BindOrder(expression.OrderByClause, binder, [.. query.Columns], output), distinct: false,
            BindOffset(expression.OffsetClause, binder));
    }
}
