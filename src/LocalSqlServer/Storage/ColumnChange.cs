using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>What ALTER TABLE makes of the values of a column.</summary>
static class ColumnChange
{
    /// <summary>A value of the column as its new type.</summary>
    /// <exception cref="SqlServerException">515: NULL is not allowed any more; 8152: it would be cut; or it does not
    /// convert.</exception>
    public static SqlValue Convert(SqlValue value, LegacyColumn from, LegacyColumn to)
    {
        if (value.IsNull)
            return to.Nullable ? value : throw NullNotAllowed(to);
        var converted = SqlConversion.Convert(value, from.Type, to.Type);
        var isCut = (from.Type.IsText && to.Type.IsText && LengthOf(converted) < LengthOf(value))
            || (from.Type.IsBinary && to.Type.IsBinary && converted.Bytes.Length < value.Bytes.Length);
        return isCut
            ? throw new SqlServerException(8152, 16, 13, "String or binary data would be truncated.")
            : converted;
    }

    /// <summary>The value of a new column in the rows that are there.</summary>
    /// <exception cref="SqlServerException">4901: they would have NULL, which the column does not allow.</exception>
    public static SqlValue Initial(object? value, LegacyColumn column, bool hasRows)
    {
        var initial = ClrValues.ToSql(value, column.Type);
        return initial.IsNull && !column.Nullable && hasRows
            ? throw new SqlServerException(4901, 16, 1,
                "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. "
                + $"Column '{column.Name}' cannot be added to a table that has rows.")
            : initial;
    }

    static SqlServerException NullNotAllowed(LegacyColumn column) => new(515, 16, 2,
        $"Cannot insert the value NULL into column '{column.Name}'; column does not allow nulls. UPDATE fails.");

    // Spaces at the end may go.
    static int LengthOf(SqlValue text) => text.Text.AsSpan().TrimEnd(' ').Length;
}
