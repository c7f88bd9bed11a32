using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>A bound expression: its type, and how to get its value for the rows that its frames hold now.</summary>
sealed class SqlExpression(SqlType type, Func<SqlValue> evaluate, ScopeColumn? column = null, bool constant = false)
{
    public SqlType Type { get; } = type;

    public SqlValue Evaluate() => evaluate();

    /// <summary>The column that this expression is, if it is nothing else.</summary>
    public ScopeColumn? Column { get; } = column;

    /// <summary>Whether it is a literal, a parameter or a variable: one value for the whole statement.</summary>
    public bool IsConstant { get; } = constant;

    public bool IsNullable => Column?.Nullable ?? true;

    /// <summary>Whether it is the word NULL, which has no type of its own.</summary>
    public bool IsNullLiteral { get; init; }

    /// <summary>Of text: where its collation comes from.</summary>
    public Coercibility Coercibility { get; init; }

    /// <summary>The sources whose rows the value depends on.</summary>
    public IReadOnlyCollection<Relation> Sources { get; set; } = [];

    /// <summary>This text under the collation that COLLATE names; char and varchar go to its code page.</summary>
    public SqlExpression Collate(Collation collation)
    {
        var target = Type with { Collation = collation };
        Func<SqlValue> collated = Type.IsUnicode || Type.Collation?.CodePage == collation.CodePage
            ? evaluate
            : () => SqlConversion.Convert(evaluate(), Type, target);
        return new(target, collated, column: null, IsConstant) { Coercibility = new(CollationLabel.Explicit) };
    }

    /// <summary>This text with what operands have made of its collation.</summary>
    public SqlExpression With(Collation collation, Coercibility coercibility) =>
        new(Type with { Collation = collation }, evaluate, Column, IsConstant)
        {
            Sources = Sources, Coercibility = coercibility, IsNullLiteral = IsNullLiteral,
        };

    public static SqlExpression Constant(SqlValue value, SqlType type) => new(type, () => value, constant: true);

    public static SqlExpression Of(ScopeColumn column)
    {
        var frame = column.Frame;
        var slot = column.Slot;
        return new(column.Type, () => frame.Row[slot], column)
        {
            Sources = column.Source is null ? [] : [column.Source],
            Coercibility = column.Coercibility,
        };
    }

    /// <summary>This value as another type; itself when the stored form is already that of the type.</summary>
    public SqlExpression As(SqlType target)
    {
        if (Type == target)
            return this;
        var coercibility = Type.IsText && target.IsText ? Coercibility : default;
        if (SameForm(Type, target))
            return new(target, evaluate, Column, IsConstant) { Sources = Sources, Coercibility = coercibility };
        var from = Type;
        if (!IsConstant)
        {
            return new(target, () => SqlConversion.Convert(evaluate(), from, target))
            {
                Sources = Sources, Coercibility = coercibility,
            };
        }
        // Only a branch that is taken may fail: CASE decides before it converts.
        var once = new Lazy<SqlValue>(() => SqlConversion.Convert(evaluate(), from, target));
        return new(target, () => once.Value, constant: true) { Coercibility = coercibility };
    }

    static bool SameForm(SqlType from, SqlType to) =>
        (from.IsInteger && to.IsInteger && to.Length >= from.Length && to.Kind != SqlKind.Bit)
        || (from.IsText && to is { IsMax: true, Kind: SqlKind.NVarChar or SqlKind.VarChar } && to.IsUnicode == from.IsUnicode)
        || (from.IsText && to is { IsMax: true, Kind: SqlKind.NVarChar });
}
