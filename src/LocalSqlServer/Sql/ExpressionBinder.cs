using System.Globalization;
using System.Numerics;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Turns expressions of the parser into bound ones. What it does not know becomes an error that quotes it.</summary>
sealed partial class ExpressionBinder(StatementContext context, Scope scope)
{
    /// <summary>Set while a select list is bound: takes the window functions.</summary>
    public Windows? Windows { get; set; }

    public SqlExpression Bind(ScalarExpression expression)
    {
        var before = context.Resolved.Count;
        var bound = scope.Grouping?.Find(expression) ?? BindAny(expression);
        if (bound.Type.IsText && bound.Coercibility.Label == CollationLabel.Default)
            bound = bound.With(context.Database.Collation, default);
        if (expression is PrimaryExpression { Collation: { } name })
            bound = Collated(bound, name.Value);
        if (bound.Column is null)
            bound.Sources = [.. context.Resolved.Skip(before).Distinct()];
        return bound;
    }

    SqlExpression Collated(SqlExpression text, string name) => text.Type.IsText
        ? text.Collate(CollationOf(name))
        : throw new SqlServerException(447, 16, 0, $"Expression type {text.Type.Name} is invalid for COLLATE clause.");

    SqlExpression BindAny(ScalarExpression expression) => expression switch
    {
        ColumnReferenceExpression { ColumnType: ColumnType.Regular } column => BindColumn(column),
        Literal literal => BindLiteral(literal),
        VariableReference variable => BindVariable(variable),
        GlobalVariableExpression global => SessionFunctions.Global(context, global.Name),
        ParenthesisExpression parenthesis => Bind(parenthesis.Expression),
        BinaryExpression binary => Arithmetic.Bind(
            binary.BinaryExpressionType, Bind(binary.FirstExpression), Bind(binary.SecondExpression), FragmentText.Of(binary)),
        UnaryExpression { UnaryExpressionType: UnaryExpressionType.Positive } unary => Bind(unary.Expression),
        UnaryExpression { UnaryExpressionType: UnaryExpressionType.Negative } unary => Arithmetic.Negate(Bind(unary.Expression)),
        SearchedCaseExpression searched => BindCase(
            [.. searched.WhenClauses.Select(w => (BindPredicate(w.WhenExpression), Bind(w.ThenExpression)))],
            searched.ElseExpression),
        SimpleCaseExpression simple => BindSimpleCase(simple),
        IIfCall iif => BindCase([(BindPredicate(iif.Predicate), Bind(iif.ThenExpression))], iif.ElseExpression),
        CoalesceExpression coalesce => Coalesce([.. coalesce.Expressions.Select(Bind)]),
        NullIfExpression nullIf => BindNullIf(Bind(nullIf.FirstExpression), Bind(nullIf.SecondExpression)),
        CastCall cast => Converted(Bind(cast.Parameter), TypeNames.Read(cast.DataType, 30), 0, quiet: false),
        TryCastCall cast => Converted(Bind(cast.Parameter), TypeNames.Read(cast.DataType, 30), 0, quiet: true),
        ConvertCall convert => Converted(
            Bind(convert.Parameter), TypeNames.Read(convert.DataType, 30), StyleOf(convert.Style), quiet: false),
        TryConvertCall convert => Converted(
            Bind(convert.Parameter), TypeNames.Read(convert.DataType, 30), StyleOf(convert.Style), quiet: true),
        ScalarSubquery subquery => BindScalarSubquery(subquery),
        FunctionCall { OverClause: not null } window => Windows is { } windows
            ? windows.Bind(window, this)
            : throw new SqlServerException(4108, 15, 1,
                "Windowed functions can only appear in the SELECT or ORDER BY clauses."),
        FunctionCall call when Grouping.IsAggregate(call) => scope.Grouping is null
            ? throw new SqlServerException(147, 15, 1,
                $"An aggregate may not appear here: '{FragmentText.Of(call)}'. Only a select list, HAVING or ORDER BY may hold it.")
            : scope.Grouping.Aggregate(call),
        FunctionCall call => BindFunction(call),
        ParameterlessCall { ParameterlessCallType: ParameterlessCallType.CurrentTimestamp } =>
            ScalarFunctions.Bind("GETDATE", [], context, "CURRENT_TIMESTAMP"),
        LeftFunctionCall left => ScalarFunctions.Bind(
            "LEFT", [.. left.Parameters.Select(Bind)], context, FragmentText.Of(left)),
        RightFunctionCall right => ScalarFunctions.Bind(
            "RIGHT", [.. right.Parameters.Select(Bind)], context, FragmentText.Of(right)),
        _ => throw SqlServerException.Unsupported(FragmentText.Of(expression), "the expression"),
    };

    SqlExpression BindColumn(ColumnReferenceExpression reference)
    {
        var column = scope.Resolve([.. reference.MultiPartIdentifier.Identifiers.Select(i => i.Value)]);
        if (column.Source is not null)
            context.Resolved.Add(column.Source);
        // A subquery in the select list of a grouped query sees its groups, too.
        if (scope.OwnerOf(column)?.Grouping is not { BindingArgument: false } grouping)
            return SqlExpression.Of(column);
        return grouping.Find(column) ?? throw new SqlServerException(8120, 16, 1,
            $"Column '{FragmentText.Of(reference)}' is invalid in the select list because it is not contained in either an "
            + "aggregate function or the GROUP BY clause.");
    }

    SqlExpression BindVariable(VariableReference reference) =>
        context.Variables.TryGetValue(reference.Name, out var variable)
            ? SqlExpression.Constant(variable.Value, variable.Type)
            : throw SqlServerException.UndeclaredVariable(reference.Name);

    SqlExpression BindLiteral(Literal literal)
    {
        switch (literal)
        {
            case NullLiteral:
                return new SqlExpression(SqlType.Int, () => SqlValue.Null, constant: true) { IsNullLiteral = true };
            case StringLiteral text:
                var length = Math.Max(1, text.Value.Length);
                var national = SqlType.NVarChar(text.IsNational && length <= 4000 ? length : SqlType.Max);
                var known = SqlExpression.Constant(SqlValue.From(text.Value), national);
                return text.IsNational
                    ? known
                    : known.As(SqlType.VarChar(length > 8000 ? SqlType.Max : length, context.Database.Collation));
            case BinaryLiteral binary:
                var hex = binary.Value[2..];
                var bytes = Convert.FromHexString(hex.Length % 2 == 0 ? hex : "0" + hex);
                return SqlExpression.Constant(SqlValue.From(bytes), SqlType.VarBinary(Math.Max(1, bytes.Length)));
            case IntegerLiteral integer when int.TryParse(
                integer.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                return SqlExpression.Constant(SqlValue.From((long)number), SqlType.Int);
            case RealLiteral real:
                return SqlExpression.Constant(
                    SqlValue.From(double.Parse(real.Value, NumberStyles.Float, CultureInfo.InvariantCulture)), SqlType.Float);
            case IntegerLiteral or NumericLiteral or MoneyLiteral:
                return Exact(literal.Value.TrimStart('$'), literal is MoneyLiteral);
            default:
                throw SqlServerException.Unsupported(FragmentText.Of(literal), "the literal");
        }
    }

    static SqlExpression Exact(string text, bool money)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : text.Length - point - 1;
        var digits = BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var precision = Math.Max(Math.Max(1, scale), BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).Length);
        if (precision > 38)
        {
            throw new SqlServerException(1007, 15, 1,
                $"The number '{text}' is out of the range for numeric representation (maximum precision 38).");
        }
        var exact = SqlExpression.Constant(SqlValue.FromUnscaled((Int128)digits), SqlType.Decimal(precision, scale));
        return money ? exact.As(SqlType.Money) : exact;
    }

    SqlExpression BindSimpleCase(SimpleCaseExpression simple)
    {
        var input = Bind(simple.InputExpression);
        return BindCase(
            [.. simple.WhenClauses.Select(w =>
                ((Predicate)Compare(input, Comparison.Equal, Bind(w.WhenExpression)), Bind(w.ThenExpression)))],
            simple.ElseExpression);
    }

    SqlExpression BindCase(IReadOnlyList<(Predicate When, SqlExpression Then)> branches, ScalarExpression? otherwise)
    {
        var last = otherwise is null or NullLiteral ? null : Bind(otherwise);
        var results = branches.Select(b => b.Then).ToList();
        if (last is not null)
            results.Add(last);
        var meeting = Meeting(results);
        var type = meeting.Type;
        var arms = branches.Select(b => (b.When, Then: b.Then.As(type))).ToArray();
        var fallback = last?.As(type);
        return new(type, () =>
        {
            foreach (var (when, then) in arms)
            {
                if (when.IsTrue())
                    return then.Evaluate();
            }
            return fallback?.Evaluate() ?? default;
        }) { Coercibility = meeting.Coercibility };
    }

    public static SqlExpression Coalesce(IReadOnlyList<SqlExpression> values)
    {
        var meeting = Meeting(values);
        var type = meeting.Type;
        var converted = values.Select(v => v.As(type)).ToArray();
        return new(type, () =>
        {
            foreach (var value in converted)
            {
                var found = value.Evaluate();
                if (!found.IsNull)
                    return found;
            }
            return default;
        }, constant: values.All(v => v.IsConstant)) { Coercibility = meeting.Coercibility };
    }

    /// <summary>What several results have in common; a bare NULL has no type of its own.</summary>
    static SqlExpression Meeting(IReadOnlyList<SqlExpression> values)
    {
        var typed = values.Where(v => !v.IsNullLiteral).ToList();
        return typed.Count == 0 ? values[0] : typed.Aggregate(TypeRules.Meet);
    }

    static SqlExpression BindNullIf(SqlExpression first, SqlExpression second)
    {
        var equal = Compare(first, Comparison.Equal, second);
        return new(first.Type, () => equal.IsTrue() ? default : first.Evaluate()) { Coercibility = first.Coercibility };
    }

    SqlExpression Converted(SqlExpression operand, SqlType target, int style, bool quiet)
    {
        if (target.IsText)
            target = target with { Collation = operand.Type.IsText ? operand.Type.Collation : context.Database.Collation };
        if (!operand.IsNullLiteral)
            ConversionRules.CheckCast(operand.Type, target);
        var coercibility = target.IsText && operand.Type.IsText ? operand.Coercibility : default;
        if (!quiet && style == 0)
            return operand.As(target);
        return new(target, () =>
        {
            try
            {
                return SqlConversion.Convert(operand.Evaluate(), operand.Type, target, style);
            }
            catch (SqlServerException e) when (quiet && e.Number is not (529 or SqlServerException.NotKnownToStandIn))
            {
                return default;
            }
        }, constant: operand.IsConstant) { Coercibility = coercibility };
    }

    int StyleOf(ScalarExpression? style) => style is null ? 0 : (int)Bind(style).Evaluate().Number;

    Collation CollationOf(string name) => name.Equals("DATABASE_DEFAULT", StringComparison.OrdinalIgnoreCase)
        ? context.Database.Collation
        : Collation.TryGet(name) ?? throw new SqlServerException(448, 16, 1, $"Invalid collation '{name}'.");

    SqlExpression BindScalarSubquery(ScalarSubquery subquery)
    {
        var query = new QueryBinder(context).Bind(subquery.QueryExpression, scope);
        if (query.Columns.Count != 1)
        {
            throw new SqlServerException(116, 16, 1,
                "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.");
        }
        return ValueOf(query, () =>
        {
            SqlValue? only = null;
            foreach (var row in query.Rows())
            {
                if (only is not null)
                {
                    throw new SqlServerException(512, 16, 1,
                        "Subquery returned more than 1 value. This is not permitted when the subquery follows "
                        + "=, !=, <, <= , >, >= or when the subquery is used as an expression.");
                }
                only = row[0];
            }
            return only ?? default;
        });
    }

    static SqlExpression ValueOf(RowQuery query, Func<SqlValue> evaluate) =>
        new(query.Columns[0].Type, evaluate) { Coercibility = query.CoercibilityOf(0).OfColumn };

    SqlExpression BindFunction(FunctionCall call)
    {
        if (call.CallTarget is not null)
            throw SqlServerException.Unsupported(FragmentText.Of(call), "the function call");
        var name = call.FunctionName.Value.ToUpperInvariant();
        var datePart = call.Parameters.Count > 0 && name is "DATEADD" or "DATEDIFF" or "DATEPART"
            ? FragmentText.Of(call.Parameters[0])
            : null;
        var arguments = call.Parameters.Skip(datePart is null ? 0 : 1).Select(Bind).ToList();
        if (datePart is not null)
            arguments.Insert(0, SqlExpression.Constant(SqlValue.From(datePart.ToLowerInvariant()), SqlType.VarChar(30)));
        return ScalarFunctions.Bind(name, arguments, context, FragmentText.Of(call));
    }
}
