using System.Globalization;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>The scalar functions on text, numbers and dates; NULL in gives NULL out unless said otherwise.</summary>
static class ScalarFunctions
{
    public static SqlExpression Bind(
        string name, IReadOnlyList<SqlExpression> arguments, StatementContext context, string text)
    {
        var bound = SessionFunctions.Bind(name, arguments, context) ?? BindScalar(name, arguments, context);
        if (bound is null)
            throw SqlServerException.Unsupported(text, "the function");
        var texts = arguments.Where(a => a.Type.IsText).ToList();
        if (!bound.Type.IsText || texts.Count == 0 || bound.Coercibility != default)
            return bound;
        var meeting = texts.Aggregate(TypeRules.Meet);
        return bound.With(meeting.Type.Collation ?? Collation.Default, meeting.Coercibility);
    }

    static SqlExpression? BindScalar(string name, IReadOnlyList<SqlExpression> a, StatementContext context) =>
        (name, a.Count) switch
        {
            ("ISNULL", 2) => ExpressionBinder.Coalesce([a[0], a[1].As(a[0].Type)]),
            ("LEN", 1) => Apply(SqlType.Int, a, v => SqlValue.From((long)v[0].Text.TrimEnd(' ').Length), Texts(a[0])),
            ("DATALENGTH", 1) => Apply(SqlType.Int, a, v => SqlValue.From(ByteLength(v[0], a[0].Type)), a[0]),
            ("UPPER", 1) => Apply(a[0].Type, a, v => SqlValue.From(v[0].Text.ToUpperInvariant()), Texts(a[0])),
            ("LOWER", 1) => Apply(a[0].Type, a, v => SqlValue.From(v[0].Text.ToLowerInvariant()), Texts(a[0])),
            ("LTRIM", 1) => Apply(a[0].Type, a, v => SqlValue.From(v[0].Text.TrimStart(' ')), Texts(a[0])),
            ("RTRIM", 1) => Apply(Varying(a[0].Type), a, v => SqlValue.From(v[0].Text.TrimEnd(' ')), Texts(a[0])),
            ("TRIM", 1) => Apply(Varying(a[0].Type), a, v => SqlValue.From(v[0].Text.Trim(' ')), Texts(a[0])),
            ("LEFT", 2) => Apply(Varying(a[0].Type), a, v => SqlValue.From(Cut(v[0].Text, 0, v[1].Number)), Texts(a[0]), a[1]),
            ("RIGHT", 2) => Apply(Varying(a[0].Type), a, v => SqlValue.From(
                Cut(v[0].Text, Math.Max(0, v[0].Text.Length - v[1].Number), v[1].Number)), Texts(a[0]), a[1]),
            ("SUBSTRING", 3) => Apply(Varying(a[0].Type), a, v => SqlValue.From(
                Cut(v[0].Text, v[1].Number - 1, v[2].Number)), Texts(a[0]), a[1], a[2]),
            ("REPLACE", 3) => Apply(a[0].Type with { Length = SqlType.Max, Kind = Varying(a[0].Type).Kind }, a, v =>
                SqlValue.From(v[1].Text.Length == 0 ? v[0].Text : v[0].Text.Replace(v[1].Text, v[2].Text,
                    StringComparison.OrdinalIgnoreCase)), Texts(a[0]), Texts(a[1]), Texts(a[2])),
            ("CHARINDEX", 2) => Apply(SqlType.Int, a, v => SqlValue.From(1L + v[1].Text.IndexOf(
                v[0].Text, StringComparison.OrdinalIgnoreCase)), Texts(a[0]), Texts(a[1])),
            ("QUOTENAME", 1) => Apply(SqlType.NVarChar(258), a, v => SqlValue.From(
                "[" + v[0].Text.Replace("]", "]]", StringComparison.Ordinal) + "]"), Texts(a[0])),
            ("REPLICATE", 2) => Apply(Varying(a[0].Type) with { Length = SqlType.Max }, a, v => SqlValue.From(
                string.Concat(Enumerable.Repeat(v[0].Text, (int)Math.Clamp(v[1].Number, 0, 100_000)))), Texts(a[0]), a[1]),
            ("UNICODE", 1) => Apply(SqlType.Int, a, v => v[0].Text.Length == 0 ? default : SqlValue.From((long)v[0].Text[0]), Texts(a[0])),
            ("NCHAR", 1) => Apply(SqlType.NChar(1), a, v => SqlValue.From(((char)v[0].Number).ToString()), a[0]),
            ("CHAR", 1) => Apply(SqlType.Char(1), a, v => SqlValue.From(((char)v[0].Number).ToString()), a[0]),
            ("CONCAT", >= 2) => Concat(a),
            ("COLLATIONPROPERTY", 2) => Apply(SqlType.Int, a, v => Property(v[0].Text, v[1].Text), Texts(a[0]), Texts(a[1])),
            ("ABS", 1) => Apply(a[0].Type, a, v => Absolute(v[0], a[0].Type), a[0]),
            _ => DateFunctions.Bind(name, a, context),
        };

    internal static SqlExpression Apply(
        SqlType type, IReadOnlyList<SqlExpression> all, Func<SqlValue[], SqlValue> apply, params SqlExpression[] arguments) =>
        new(type, () =>
        {
            var values = new SqlValue[arguments.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i].Evaluate();
                if (values[i].IsNull)
                    return default;
            }
            return apply(values);
        }, constant: all.All(a => a.IsConstant));

    static SqlExpression Texts(SqlExpression argument) =>
        argument.Type.IsText ? argument : argument.As(SqlType.NVarChar(SqlType.Max));

    static SqlType Varying(SqlType type) => type.IsText
        ? type with
        {
            Kind = type.IsUnicode ? SqlKind.NVarChar : SqlKind.VarChar,
            Length = type.Kind is SqlKind.Text or SqlKind.NText ? SqlType.Max : type.Length,
        }
        : SqlType.NVarChar(4000);

    static string Cut(string text, long start, long length)
    {
        if (length < 0)
        {
            throw new SqlServerException(537, 16, 3,
                "Invalid length parameter passed to the LEFT, RIGHT or SUBSTRING function.");
        }
        var from = Math.Clamp(start, 0, text.Length);
        var to = Math.Clamp(start + length, from, text.Length);
        return text[(int)from..(int)to];
    }

    static long ByteLength(SqlValue value, SqlType type) => type.Kind switch
    {
        _ when type.IsUnicode => value.Text.Length * 2L,
        _ when type.IsText => (type.Collation ?? Collation.Default).Encoding.GetByteCount(value.Text),
        _ when type.IsBinary => value.Bytes.Length,
        _ => type.CatalogueLength,
    };

    static SqlValue Property(string name, string property) => Collation.TryGet(name) is not { } collation
        ? default
        : property.ToUpperInvariant() switch
        {
            "CODEPAGE" => SqlValue.From((long)collation.CodePage),
            "LCID" => SqlValue.From((long)collation.Locale),
            "COMPARISONSTYLE" => SqlValue.From((long)collation.ComparisonStyle),
            "VERSION" => SqlValue.From((long)collation.Version),
            _ => default,
        };

    static SqlValue Absolute(SqlValue value, SqlType type) => type.Kind switch
    {
        SqlKind.Decimal => SqlValue.FromUnscaled(Int128.Abs(value.Unscaled)),
        SqlKind.Float or SqlKind.Real => SqlValue.From(Math.Abs(value.Double)),
        _ => SqlValue.From(Math.Abs(value.Number)),
    };

    /// <summary>CONCAT takes NULL for an empty text.</summary>
    static SqlExpression Concat(IReadOnlyList<SqlExpression> arguments)
    {
        var unicode = arguments.Any(a => a.Type.IsUnicode);
        var type = unicode ? SqlType.NVarChar(SqlType.Max) : SqlType.VarChar(SqlType.Max);
        return new(type, () => SqlValue.From(string.Concat(arguments.Select(argument =>
        {
            var value = argument.Evaluate();
            return value.IsNull ? "" : TextFormat.Format(value, argument.Type, 0);
        }))), constant: arguments.All(a => a.IsConstant));
    }
}

/// <summary>Functions on dates and the clock of the server.</summary>
static class DateFunctions
{
    public static SqlExpression? Bind(string name, IReadOnlyList<SqlExpression> a, StatementContext context)
    {
        var now = context.Clock.GetUtcNow();
        return (name, a.Count) switch
        {
            ("SYSUTCDATETIME" or "SYSDATETIME", 0) => SqlExpression.Constant(SqlValue.From(now.UtcTicks), SqlType.DateTime2()),
            ("GETDATE" or "GETUTCDATE", 0) => SqlExpression.Constant(
                SqlValue.From(DateTimeMath.RoundToDateTime(now.UtcTicks)), SqlType.DateTime),
            ("SYSDATETIMEOFFSET", 0) => SqlExpression.Constant(
                SqlValue.From(now.ToOffset(TimeSpan.Zero)), SqlType.DateTimeOffset()),
            ("NEWID", 0) => new(SqlType.UniqueIdentifier, () => SqlValue.From(Guid.NewGuid())),
            ("YEAR", 1) => Part(a, "year", a[0]),
            ("MONTH", 1) => Part(a, "month", a[0]),
            ("DAY", 1) => Part(a, "day", a[0]),
            ("DATEPART", 2) => Part(a, a[0].Evaluate().Text, a[1]),
            ("DATEADD", 3) => Add(a),
            ("DATEDIFF", 3) => Difference(a),
            _ => null,
        };
    }

    static SqlExpression Part(IReadOnlyList<SqlExpression> all, string part, SqlExpression date)
    {
        var source = date.Type.IsDateOrTime ? date : date.As(SqlType.DateTime2());
        return ScalarFunctions.Apply(SqlType.Int, all, v => SqlValue.From(Extract(part, v[0].DateTime)), source);
    }

    static long Extract(string part, DateTime date) => part switch
    {
        "year" or "yy" or "yyyy" => date.Year,
        "month" or "mm" or "m" => date.Month,
        "day" or "dd" or "d" => date.Day,
        "dayofyear" or "dy" => date.DayOfYear,
        "weekday" or "dw" => (int)date.DayOfWeek + 1,
        "hour" or "hh" => date.Hour,
        "minute" or "mi" or "n" => date.Minute,
        "second" or "ss" or "s" => date.Second,
        "millisecond" or "ms" => date.Millisecond,
        _ => throw BadPart(part),
    };

    static SqlExpression Add(IReadOnlyList<SqlExpression> a)
    {
        var part = a[0].Evaluate().Text;
        var date = a[2].Type.IsDateOrTime ? a[2] : a[2].As(SqlType.DateTime);
        return ScalarFunctions.Apply(date.Type, a, v =>
        {
            try
            {
                var moved = part switch
                {
                    "year" or "yy" or "yyyy" => v[1].DateTime.AddYears((int)v[0].Number),
                    "month" or "mm" or "m" => v[1].DateTime.AddMonths((int)v[0].Number),
                    "week" or "wk" or "ww" => v[1].DateTime.AddDays(7 * v[0].Number),
                    _ => v[1].DateTime.AddTicks(v[0].Number * Ticks(part)),
                };
                return date.Type.Kind == SqlKind.DateTimeOffset
                    ? SqlValue.From(new DateTimeOffset(moved, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(v[1].OffsetMinutes)))
                    : SqlConversion.Convert(SqlValue.From(moved), SqlType.DateTime2(), date.Type);
            }
            catch (ArgumentOutOfRangeException)
            {
                throw new SqlServerException(517, 16, 1, $"Adding a value to a '{date.Type.Name}' column caused an overflow.");
            }
        }, a[1].As(SqlType.BigInt), date);
    }

    static SqlExpression Difference(IReadOnlyList<SqlExpression> a)
    {
        var part = a[0].Evaluate().Text;
        var (from, to) = (a[1].As(SqlType.DateTime2()), a[2].As(SqlType.DateTime2()));
        return ScalarFunctions.Apply(SqlType.Int, a, v => SqlValue.From(part switch
        {
            "year" or "yy" or "yyyy" => v[1].DateTime.Year - v[0].DateTime.Year,
            "month" or "mm" or "m" =>
                (v[1].DateTime.Year - v[0].DateTime.Year) * 12 + v[1].DateTime.Month - v[0].DateTime.Month,
            _ => v[1].Number / Ticks(part) - v[0].Number / Ticks(part),
        }), from, to);
    }

    static long Ticks(string part) => part switch
    {
        "day" or "dd" or "d" => TimeSpan.TicksPerDay,
        "hour" or "hh" => TimeSpan.TicksPerHour,
        "minute" or "mi" or "n" => TimeSpan.TicksPerMinute,
        "second" or "ss" or "s" => TimeSpan.TicksPerSecond,
        "millisecond" or "ms" => TimeSpan.TicksPerMillisecond,
        "microsecond" or "mcs" => TimeSpan.TicksPerMicrosecond,
        _ => throw BadPart(part),
    };

    static SqlServerException BadPart(string part) =>
        new(155, 15, 1, string.Create(CultureInfo.InvariantCulture, $"'{part}' is not a recognized datepart option."));
}
