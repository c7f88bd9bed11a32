namespace LocalSqlServer.Types;

/// <summary>Conversions to the date and time types; error 241 for text that is no date, 242 for one out of range.</summary>
static class DateConversion
{
    public static SqlValue Convert(SqlValue value, SqlType from, SqlType to)
    {
        var (ticks, offset) = Read(value, from, to);
        switch (to.Kind)
        {
            case SqlKind.Date:
                return SqlValue.From(ticks - ticks % TimeSpan.TicksPerDay);
            case SqlKind.Time:
                return SqlValue.From(DateTimeMath.Round(ticks % TimeSpan.TicksPerDay, to.Scale) % TimeSpan.TicksPerDay);
            case SqlKind.DateTime2:
                return SqlValue.From(InRange(DateTimeMath.Round(ticks, to.Scale), from, to));
            case SqlKind.DateTimeOffset:
                var utc = DateTimeMath.Round(ticks, to.Scale) - offset * TimeSpan.TicksPerMinute;
                return SqlValue.From(new DateTimeOffset(InRange(utc, from, to), TimeSpan.Zero)
                    .ToOffset(TimeSpan.FromMinutes(offset)));
            case SqlKind.SmallDateTime:
                var minute = DateTimeMath.RoundToMinute(ticks);
                var last = DateTimeMath.FromSmallDateTimeParts(65535, 1439);
                return minute >= DateTimeMath.Epoch1900 && minute <= last ? SqlValue.From(minute) : throw OutOfRange(from, to);
            default:
                return ticks >= DateTimeMath.FirstDateTime
                    ? SqlValue.From(DateTimeMath.RoundToDateTime(ticks))
                    : throw OutOfRange(from, to);
        }
    }

    static (long Ticks, int Offset) Read(SqlValue value, SqlType from, SqlType to) => from.Kind switch
    {
        SqlKind.DateTimeOffset => (value.Number + value.OffsetMinutes * TimeSpan.TicksPerMinute, value.OffsetMinutes),
        SqlKind.Time when to.Kind == SqlKind.Date => throw SqlConversion.NotConvertible(from, to),
        SqlKind.Time when to.Kind != SqlKind.Time => (DateTimeMath.Epoch1900 + value.Number, 0),
        _ when from.IsDateOrTime => (value.Number, 0),
        _ when from.IsText => DateText.Parse(value.Text, from, to),
        SqlKind.Int or SqlKind.SmallInt or SqlKind.TinyInt when to.Kind is SqlKind.DateTime or SqlKind.SmallDateTime =>
            (DateTimeMath.Epoch1900 + value.Number * TimeSpan.TicksPerDay, 0),
        _ => throw SqlConversion.NotConvertible(from, to),
    };

    static long InRange(long ticks, SqlType from, SqlType to) =>
        ticks is >= 0 and <= DateTimeMath.LastTick ? ticks : throw OutOfRange(from, to);

    static SqlServerException OutOfRange(SqlType from, SqlType to) => new(242, 16, 3,
        $"The conversion of a {from.Name} data type to a {to.Name} data type resulted in an out-of-range value.");
}
