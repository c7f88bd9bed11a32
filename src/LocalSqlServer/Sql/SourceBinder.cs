using LocalSqlServer.Protocol;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Binds FROM: tables, catalogue views, derived tables, common table expressions, VALUES and joins.</summary>
sealed class SourceBinder(StatementContext context, Scope scope)
{
    public Relation Bind(IEnumerable<TableReference> references) =>
        references.Select(Bind).Aggregate((left, right) => new Join(left, right, keepLeft: false, on: null));

    Relation Bind(TableReference reference) => reference switch
    {
        NamedTableReference named => BindNamed(named),
        QueryDerivedTable derived => Added(derived.Alias, new DerivedTable(
            new QueryBinder(context).Bind(derived.QueryExpression, scope.Outer, scope.CommonTables), scope.Frame,
            [.. derived.Columns.Select(c => c.Value)])),
        InlineDerivedTable values => Added(values.Alias, new DerivedTable(
            BindValues(values), scope.Frame, [.. values.Columns.Select(c => c.Value)])),
        QualifiedJoin join => BindJoin(join),
        UnqualifiedJoin { UnqualifiedJoinType: UnqualifiedJoinType.CrossJoin } cross =>
            new Join(Bind(cross.FirstTableReference), Bind(cross.SecondTableReference), keepLeft: false, on: null),
        JoinParenthesisTableReference parenthesis => Bind(parenthesis.Join),
        _ => throw SqlServerException.Unsupported(FragmentText.Of(reference), "the source in FROM"),
    };

    Join BindJoin(QualifiedJoin join)
    {
        var swapped = join.QualifiedJoinType == QualifiedJoinType.RightOuter;
        if (join.QualifiedJoinType == QualifiedJoinType.FullOuter)
            throw SqlServerException.Unsupported(FragmentText.Of(join), "FULL OUTER JOIN");
        var left = Bind(swapped ? join.SecondTableReference : join.FirstTableReference);
        var right = Bind(swapped ? join.FirstTableReference : join.SecondTableReference);
        var on = new ExpressionBinder(context, scope).BindPredicate(join.SearchCondition);
        return new Join(left, right, keepLeft: join.QualifiedJoinType != QualifiedJoinType.Inner, on);
    }

    Relation BindNamed(NamedTableReference named)
    {
        var name = named.SchemaObject;
        var schema = name.SchemaIdentifier?.Value;
        var table = name.BaseIdentifier.Value;
        if (schema is null && scope.FindCommonTable(table) is { } common)
        {
            var query = new QueryBinder(context).Bind(common.Query, common.Scope.Outer, common.Scope.CommonTables);
            return Added(named.Alias ?? name.BaseIdentifier, new DerivedTable(query, scope.Frame, common.ColumnNames));
        }
        var database = name.DatabaseIdentifier?.Value;
        var known = database is null || database.Equals(context.Database.Name, StringComparison.OrdinalIgnoreCase);
        var found = (known ? context.Database.Find(schema, table) : null)
            ?? Catalogue.Find(context.Server, context.Database, schema, table);
        if (found is null || name.ServerIdentifier is not null)
            throw SqlServerException.UnknownObject(FragmentText.Of(name).Replace("[", "", StringComparison.Ordinal)
                .Replace("]", "", StringComparison.Ordinal));
        var scan = Scan(found);
        scope.Add(found.Schema, (named.Alias ?? name.BaseIdentifier).Value, scan);
        return scan;
    }

    TableScan Scan(ICatalogued found)
    {
        var view = found as LegacyView;
        var version = context.VersionOf(view?.Over ?? (LegacyTable)found);
        return new TableScan(
            version, view?.ColumnsOver(version.Definition) ?? version.Definition.Columns, scope.Frame, context.Cancellation);
    }

    DerivedTable Added(Identifier alias, DerivedTable table)
    {
        if (table.Columns.Any(c => c.Name.Length == 0))
        {
            throw new SqlServerException(8155, 16, 2,
                $"No column name was specified for column {table.Columns.TakeWhile(c => c.Name.Length > 0).Count() + 1} "
                + $"of '{alias.Value}'.");
        }
        scope.Add(null, alias.Value, table);
        return table;
    }

    ValuesQuery BindValues(InlineDerivedTable values)
    {
        var binder = new ExpressionBinder(context, new Scope(scope.Outer, context.Database.Names));
        var rows = values.RowValues.Select(r => r.ColumnValues.Select(binder.Bind).ToArray()).ToList();
        if (rows.Exists(r => r.Length != rows[0].Length))
        {
            throw new SqlServerException(10709, 16, 1,
                "The number of columns for each row in a table value constructor must be the same.");
        }
        var columns = Enumerable.Range(0, rows[0].Length).Select(i => new ResultColumn(
            values.Columns.Count > i ? values.Columns[i].Value : "", ExpressionBinder.Coalesce([.. rows.Select(r => r[i])]).Type));
        return new ValuesQuery([.. columns], rows);
    }
}
