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

    /// <summary>Whether COLLATE names the collation, which then wins over that of a column.</summary>
    public bool IsCollated { get; init; }

    /// <summary>The sources whose rows the value depends on.</summary>
    public IReadOnlyCollection<Relation> Sources { get; set; } = [];

    /// <summary>This text under another collation.</summary>
    public SqlExpression Collate(Collation collation) =>
        new(Type with { Collation = collation }, evaluate, column: null, IsConstant) { IsCollated = true };

    public static SqlExpression Constant(SqlValue value, SqlType type) => new(type, () => value, constant: true);

    public static SqlExpression Of(ScopeColumn column)
    {
        var frame = column.Frame;
        var slot = column.Slot;
        return new(column.Type, () => frame.Row[slot], column)
        {
            Sources = column.Source is null ? [] : [column.Source],
        };
    }

    /// <summary>This value as another type; itself when the stored form is already that of the type.</summary>
    public SqlExpression As(SqlType target)
    {
        if (Type == target || SameForm(Type, target))
            return Type == target ? this : new(target, evaluate, Column, IsConstant) { Sources = Sources };
        if (IsConstant)
            return Constant(SqlConversion.Convert(Evaluate(), Type, target), target);
        var from = Type;
        return new(target, () => SqlConversion.Convert(evaluate(), from, target)) { Sources = Sources };
    }

    static bool SameForm(SqlType from, SqlType to) =>
        (from.IsInteger && to.IsInteger && to.Length >= from.Length && to.Kind != SqlKind.Bit)
        || (from.IsText && to is { IsMax: true, Kind: SqlKind.NVarChar or SqlKind.VarChar } && to.IsUnicode == from.IsUnicode)
        || (from.IsText && to is { IsMax: true, Kind: SqlKind.NVarChar });
}
