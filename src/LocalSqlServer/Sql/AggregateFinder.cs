using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Tells whether a select list or ORDER BY holds an aggregate of its own query, not of a subquery.</summary>
sealed class AggregateFinder : TSqlFragmentVisitor
{
    bool _found;

    public static bool In(QuerySpecification select)
    {
        var finder = new AggregateFinder();
        foreach (var element in select.SelectElements)
            element.Accept(finder);
        select.OrderByClause?.Accept(finder);
        return finder._found;
    }

    public override void Visit(FunctionCall node) => _found |= node.OverClause is null && Grouping.IsAggregate(node);

    public override void ExplicitVisit(ScalarSubquery node)
    {
    }

    public override void ExplicitVisit(ExistsPredicate node)
    {
    }

    public override void ExplicitVisit(InPredicate node)
    {
        if (node.Subquery is null)
            base.ExplicitVisit(node);
        else
            node.Expression.Accept(this);
    }
}
