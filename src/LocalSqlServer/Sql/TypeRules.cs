using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Data type precedence, the type of mixed operands, and the precision and scale of decimal arithmetic.</summary>
static class TypeRules
{
    const int MaxPrecision = 38;

    static readonly SqlKind[] Precedence =
    [
        SqlKind.Binary, SqlKind.VarBinary, SqlKind.Char, SqlKind.VarChar, SqlKind.NChar, SqlKind.NVarChar,
        SqlKind.UniqueIdentifier, SqlKind.RowVersion, SqlKind.Image, SqlKind.Text, SqlKind.NText, SqlKind.Bit,
        SqlKind.TinyInt, SqlKind.SmallInt, SqlKind.Int, SqlKind.BigInt, SqlKind.SmallMoney, SqlKind.Money,
        SqlKind.Decimal, SqlKind.Real, SqlKind.Float, SqlKind.Time, SqlKind.Date, SqlKind.SmallDateTime,
        SqlKind.DateTime, SqlKind.DateTime2, SqlKind.DateTimeOffset, SqlKind.Xml,
    ];

    /// <summary>A NULL of the type in which two operands meet, and with the label of its collation.</summary>
    public static SqlExpression Meet(SqlExpression left, SqlExpression right)
    {
        var common = Common(left.Type, right.Type);
        var meeting = SqlExpression.Constant(SqlValue.Null, common);
        if (!common.IsText || common.Kind == SqlKind.Xml)
            return meeting;
        if (!left.Type.IsText || !right.Type.IsText)
        {
            var text = left.Type.IsText ? left : right;
            return meeting.With(text.Type.Collation ?? Collation.Default, text.Coercibility);
        }
        var (collation, coercibility) = Coercibility.Combine(
            left.Type.Collation ?? Collation.Default, left.Coercibility,
            right.Type.Collation ?? Collation.Default, right.Coercibility);
        return meeting.With(collation, coercibility);
    }

    /// <summary>The type in which two operands are compared.</summary>
    /// <exception cref="SqlServerException">206, 402: the types are never compared; 449, 468: the collations contradict each
    /// other.</exception>
    public static SqlType Compared(SqlExpression left, SqlExpression right, string operation)
    {
        if (!left.IsNullLiteral && !right.IsNullLiteral)
            ConversionRules.CheckMeeting(left.Type, right.Type, operation);
        var meeting = Meet(left, right);
        Coercibility.Require(meeting, operation);
        return meeting.Type;
    }

    public static SqlType Common(SqlType left, SqlType right)
    {
        if (left == right)
            return left;
        var higher = Rank(left) >= Rank(right) ? left : right;
        var lower = ReferenceEquals(higher, left) ? right : left;
        if (higher.Kind == SqlKind.Decimal && (lower.Kind == SqlKind.Decimal || lower.IsInteger || lower.IsMoney))
        {
            var other = AsDecimal(lower);
            var scale = Math.Max(higher.Scale, other.Scale);
            var whole = Math.Max(higher.Precision - higher.Scale, other.Precision - other.Scale);
            return SqlType.Decimal(Math.Min(MaxPrecision, whole + scale), scale);
        }
        if (higher.IsText && (lower.IsText || lower.IsBinary))
            return CommonText(higher, lower);
        if (higher.IsBinary && lower.IsBinary)
            return SqlType.VarBinary(Longer(higher, lower));
        return higher.IsDateOrTime && lower.IsDateOrTime && lower.Scale > higher.Scale && lower.Kind != SqlKind.DateTime
            ? higher with { Scale = lower.Scale }
            : higher;
    }

    public static SqlType Arithmetic(BinaryExpressionType operation, SqlExpression left, SqlExpression right)
    {
        var common = Common(left.Type, right.Type);
        if (common.Kind == SqlKind.Bit)
            return SqlType.Int;
        if (common.Kind != SqlKind.Decimal)
            return common;
        var (a, b) = (AsDecimal(left.Type), AsDecimal(right.Type));
        var (p1, s1, p2, s2) = ((int)a.Precision, (int)a.Scale, (int)b.Precision, (int)b.Scale);
        var (precision, scale) = operation switch
        {
            BinaryExpressionType.Multiply => (p1 + p2 + 1, s1 + s2),
            BinaryExpressionType.Divide => (p1 - s1 + s2 + Math.Max(6, s1 + p2 + 1), Math.Max(6, s1 + p2 + 1)),
            BinaryExpressionType.Modulo => (Math.Min(p1 - s1, p2 - s2) + Math.Max(s1, s2), Math.Max(s1, s2)),
            _ => (Math.Max(s1, s2) + Math.Max(p1 - s1, p2 - s2) + 1, Math.Max(s1, s2)),
        };
        if (precision > MaxPrecision)
        {
            scale = Math.Min(scale, Math.Max(Math.Min(scale, 6), MaxPrecision - (precision - scale)));
            precision = MaxPrecision;
        }
        return SqlType.Decimal(precision, scale);
    }

    public static SqlType AsDecimal(SqlType type) => type.Kind switch
    {
        SqlKind.Decimal => type,
        SqlKind.Bit => SqlType.Decimal(1, 0),
        SqlKind.Money => SqlType.Decimal(19, 4),
        SqlKind.SmallMoney => SqlType.Decimal(10, 4),
        _ when type.IsInteger => SqlType.Decimal(type.Precision, 0),
        _ => SqlType.Decimal(MaxPrecision, 6),
    };

    static SqlType CommonText(SqlType higher, SqlType lower)
    {
        var kind = higher.IsUnicode || lower.IsUnicode ? SqlKind.NVarChar : SqlKind.VarChar;
        if (higher.Kind == SqlKind.Xml)
            return higher;
        return new(kind, Longer(higher, lower), Collation: higher.Collation ?? lower.Collation);
    }

    static int Longer(SqlType x, SqlType y) =>
        x.IsMax || y.IsMax || Large(x) || Large(y) ? SqlType.Max : Math.Max(x.Length, y.Length);

    static bool Large(SqlType type) => type.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Image;

    static int Rank(SqlType type) => Array.IndexOf(Precedence, type.Kind);
}
