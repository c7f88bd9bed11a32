using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>A common table expression: bound anew wherever it is named, in the scope that it was written in.</summary>
sealed record CommonTable(QueryExpression Query, IReadOnlyList<string> ColumnNames, Scope Scope);
