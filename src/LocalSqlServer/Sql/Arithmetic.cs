using System.Numerics;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Arithmetic and concatenation on bound operands; overflow is error 8115, division by zero 8134.</summary>
static class Arithmetic
{
    public static SqlExpression Bind(BinaryExpressionType operation, SqlExpression left, SqlExpression right, string text)
    {
        if (operation == BinaryExpressionType.Add && left.Type.IsText && right.Type.IsText)
            return Concatenate(left, right);
        var type = TypeRules.Arithmetic(operation, left, right);
        if (type.IsText && (left.Type.IsNumeric || right.Type.IsNumeric))
            type = left.Type.IsNumeric ? left.Type : right.Type;
        if (type.IsInteger)
            return Integers(operation, left.As(type), right.As(type), type, text);
        if (type.IsFloating)
            return Floats(operation, left.As(SqlType.Float), right.As(SqlType.Float), type, text);
        if (type.Kind == SqlKind.Decimal || type.IsMoney)
            return Decimals(operation, left, right, type, text);
        throw type.IsDateOrTime
            ? SqlServerException.Unsupported(text, "arithmetic on dates; use DATEADD")
            : new SqlServerException(8117, 16, 1,
                $"Operand data type {type.Name} is invalid for {operation.ToString().ToLowerInvariant()} operator.");
    }

    public static SqlExpression Negate(SqlExpression operand)
    {
        var type = operand.Type;
        if (!type.IsNumeric)
            throw new SqlServerException(8117, 16, 1, $"Operand data type {type.Name} is invalid for minus operator.");
        return Each(operand, type.Kind == SqlKind.TinyInt ? SqlType.SmallInt : type, v => type.Kind switch
        {
            SqlKind.Decimal => SqlValue.FromUnscaled(-v.Unscaled),
            SqlKind.Float or SqlKind.Real => SqlValue.From(-v.Double),
            _ => SqlValue.From(checked(-v.Number)),
        });
    }

    static SqlExpression Concatenate(SqlExpression left, SqlExpression right)
    {
        var meeting = TypeRules.Meet(left, right);
        var common = meeting.Type;
        var length = left.Type.IsMax || right.Type.IsMax ? SqlType.Max : left.Type.Length + right.Type.Length;
        var type = common with { Length = length > (common.IsUnicode ? 4000 : 8000) ? SqlType.Max : length };
        return Both(left, right, type, (a, b) => SqlValue.From(a.Text + b.Text))
            .With(meeting.Type.Collation ?? Collation.Default, meeting.Coercibility);
    }

    static SqlExpression Integers(
        BinaryExpressionType operation, SqlExpression left, SqlExpression right, SqlType type, string text)
    {
        var (min, max) = SqlConversion.Range(type.Kind);
        SqlValue InRange(Int128 result) => result >= min && result <= max
            ? SqlValue.From((long)result)
            : throw SqlServerException.Overflow(type);

        return Both(left, right, type, operation switch
        {
            BinaryExpressionType.Add => (a, b) => InRange((Int128)a.Number + b.Number),
            BinaryExpressionType.Subtract => (a, b) => InRange((Int128)a.Number - b.Number),
            BinaryExpressionType.Multiply => (a, b) => InRange((Int128)a.Number * b.Number),
            BinaryExpressionType.Divide => (a, b) => InRange((Int128)a.Number / NotZero(b.Number)),
            BinaryExpressionType.Modulo => (a, b) => InRange((Int128)a.Number % NotZero(b.Number)),
            BinaryExpressionType.BitwiseAnd => (a, b) => SqlValue.From(a.Number & b.Number),
            BinaryExpressionType.BitwiseOr => (a, b) => SqlValue.From(a.Number | b.Number),
            BinaryExpressionType.BitwiseXor => (a, b) => SqlValue.From(a.Number ^ b.Number),
            _ => throw SqlServerException.Unsupported(text, "the operator"),
        });
    }

    static SqlExpression Floats(
        BinaryExpressionType operation, SqlExpression left, SqlExpression right, SqlType type, string text)
    {
        SqlValue InRange(double result) => double.IsFinite(result)
            ? SqlValue.From(type.Kind == SqlKind.Real ? (float)result : result)
            : throw SqlServerException.Overflow(type);

        return Both(left, right, type, operation switch
        {
            BinaryExpressionType.Add => (a, b) => InRange(a.Double + b.Double),
            BinaryExpressionType.Subtract => (a, b) => InRange(a.Double - b.Double),
            BinaryExpressionType.Multiply => (a, b) => InRange(a.Double * b.Double),
            BinaryExpressionType.Divide => (a, b) =>
                b.Double == 0 ? throw SqlServerException.DivideByZero() : InRange(a.Double / b.Double),
            _ => throw SqlServerException.Unsupported(text, "the operator on floating numbers"),
        });
    }

    static SqlExpression Decimals(
        BinaryExpressionType operation, SqlExpression left, SqlExpression right, SqlType type, string text)
    {
        var a10 = TypeRules.AsDecimal(left.Type);
        var b10 = TypeRules.AsDecimal(right.Type);
        int scale = type.Scale;
        return Both(left.As(a10), right.As(b10), type, (x, y) =>
        {
            BigInteger a = x.Unscaled;
            BigInteger b = y.Unscaled;
            var wide = Math.Max(a10.Scale, b10.Scale);
            var result = operation switch
            {
                BinaryExpressionType.Add => SqlConversion.Rescale(Scaled(a, a10, wide) + Scaled(b, b10, wide), wide, scale),
                BinaryExpressionType.Subtract => SqlConversion.Rescale(Scaled(a, a10, wide) - Scaled(b, b10, wide), wide, scale),
                BinaryExpressionType.Multiply => SqlConversion.Rescale(a * b, a10.Scale + b10.Scale, scale),
                BinaryExpressionType.Divide => a * BigInteger.Pow(10, scale + b10.Scale) / NotZero(b)
                    / BigInteger.Pow(10, a10.Scale),
                BinaryExpressionType.Modulo =>
                    SqlConversion.Rescale(Scaled(a, a10, wide) % NotZero(Scaled(b, b10, wide)), wide, scale),
                _ => throw SqlServerException.Unsupported(text, "the operator on decimals"),
            };
            if (type.IsMoney)
                return result <= long.MaxValue && result >= long.MinValue
                    ? SqlValue.From((long)result)
                    : throw SqlServerException.Overflow(type);
            return BigInteger.Abs(result) < BigInteger.Pow(10, type.Precision)
                ? SqlValue.FromUnscaled((Int128)result)
                : throw SqlServerException.Overflow(type);
        });
    }

    static BigInteger Scaled(BigInteger number, SqlType type, int scale) => number * BigInteger.Pow(10, scale - type.Scale);

    static long NotZero(long divisor) => divisor != 0 ? divisor : throw SqlServerException.DivideByZero();

    static BigInteger NotZero(BigInteger divisor) => !divisor.IsZero ? divisor : throw SqlServerException.DivideByZero();

    static SqlExpression Each(SqlExpression operand, SqlType type, Func<SqlValue, SqlValue> apply) => new(type, () =>
    {
        var value = operand.Evaluate();
        return value.IsNull ? default : apply(value);
    }, constant: operand.IsConstant);

    static SqlExpression Both(
        SqlExpression left, SqlExpression right, SqlType type, Func<SqlValue, SqlValue, SqlValue> apply) => new(type, () =>
    {
        var a = left.Evaluate();
        if (a.IsNull)
            return default;
        var b = right.Evaluate();
        return b.IsNull ? default : apply(a, b);
    }, constant: left.IsConstant && right.IsConstant);
}
