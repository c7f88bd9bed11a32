namespace LocalSqlServer.Types;

/// <summary>Which types convert into which at all, whatever the value (CAST and CONVERT, table of conversions).</summary>
static class ConversionRules
{
    /// <exception cref="SqlServerException">529: SQL Server refuses it too; 40000: SQL Server can, the stand-in
    /// cannot.</exception>
    public static void CheckCast(SqlType from, SqlType to)
    {
        if (from.Kind == to.Kind || (from.IsText && to.IsText) || (from.IsBinary && to.IsBinary))
            return;
        if (!IsAllowed(from, to))
            throw SqlConversion.NotConvertible(from, to);
        if (!IsKnown(from, to))
            throw SqlServerException.Unsupported($"{from.Name} to {to.Name}", "the conversion");
    }

    /// <exception cref="SqlServerException">206 or 402: the two never meet in an operator.</exception>
    public static void CheckMeeting(SqlType left, SqlType right, string operation)
    {
        if ((IsClass(left, SqlKind.Date) && IsClass(right, SqlKind.Time))
            || (IsClass(left, SqlKind.Time) && IsClass(right, SqlKind.Date)))
        {
            throw new SqlServerException(402, 16, 1,
                $"The data types {left.Name} and {right.Name} are incompatible in the {operation} operator.");
        }
        if (Clashes(left, right) || Clashes(right, left))
            throw new SqlServerException(206, 16, 2, $"Operand type clash: {left.Name} is incompatible with {right.Name}");
    }

    static bool Clashes(SqlType one, SqlType other) => one.Kind switch
    {
        SqlKind.UniqueIdentifier => other.IsNumeric || other.IsDateOrTime || other.Kind == SqlKind.RowVersion,
        _ when IsNewDate(one) => other.IsNumeric || other.Kind == SqlKind.RowVersion,
        _ => false,
    };

    static bool IsAllowed(SqlType from, SqlType to)
    {
        if (from.Kind == SqlKind.UniqueIdentifier || to.Kind == SqlKind.UniqueIdentifier)
            return IsTextOrBytes(from) || IsTextOrBytes(to);
        if (IsNewDate(from))
            return to.IsDateOrTime ? !IsDateWithTime(from, to) : IsTextOrBytes(to);
        if (IsNewDate(to))
            return from.IsDateOrTime ? !IsDateWithTime(from, to) : IsTextOrBytes(from);
        if (from.Kind == SqlKind.Xml || to.Kind == SqlKind.Xml)
            return IsTextOrBytes(from) || IsTextOrBytes(to);
        if (from.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Image)
            return false;
        return to.Kind is not (SqlKind.Text or SqlKind.NText or SqlKind.Image) || IsTextOrBytes(from);
    }

    static bool IsKnown(SqlType from, SqlType to)
    {
        if (to.IsBinary)
            return from.IsText || from.IsInteger || from.IsMoney || from.Kind is SqlKind.UniqueIdentifier or SqlKind.RowVersion;
        if (from.IsBinary || from.Kind == SqlKind.RowVersion)
            return to.IsText || to.IsInteger || to.Kind is SqlKind.UniqueIdentifier or SqlKind.RowVersion;
        if (from.IsDateOrTime)
            return to.IsText || to.IsDateOrTime;
        return !to.IsDateOrTime || from.IsText || (from.IsInteger && !IsNewDate(to));
    }

    static bool IsTextOrBytes(SqlType type) => type.IsText || type.IsBinary;

    static bool IsNewDate(SqlType type) => type.IsDateOrTime && type.Kind is not (SqlKind.DateTime or SqlKind.SmallDateTime);

    static bool IsDateWithTime(SqlType from, SqlType to) =>
        (from.Kind, to.Kind) is (SqlKind.Date, SqlKind.Time) or (SqlKind.Time, SqlKind.Date);

    static bool IsClass(SqlType type, SqlKind kind) => type.Kind == kind;
}
