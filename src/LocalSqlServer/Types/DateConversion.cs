using System.Globalization;

namespace LocalSqlServer.Types;

/// <summary>Conversions to the date and time types; error 241 for text that is no date, 242 for one out of range.</summary>
static class DateConversion
{
    static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyyMMdd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyyMMdd HH:mm:ss", "yyyyMMdd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz",
        "yyyy-MM-dd HH:mm:ss zzz", "HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF", "MM/dd/yyyy", "M/d/yyyy",
    ];

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
        _ when from.IsText => Parse(value.Text, to),
        SqlKind.Int or SqlKind.SmallInt or SqlKind.TinyInt when to.Kind is SqlKind.DateTime or SqlKind.SmallDateTime =>
            (DateTimeMath.Epoch1900 + value.Number * TimeSpan.TicksPerDay, 0),
        _ => throw SqlConversion.NotConvertible(from, to),
    };

    static (long Ticks, int Offset) Parse(string text, SqlType to)
    {
        var trimmed = text.Trim(' ');
        if (trimmed.Length == 0)
            return (DateTimeMath.Epoch1900, 0);
        if (!DateTimeOffset.TryParseExact(
            trimmed, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            throw new SqlServerException(241, 16, 1,
                "Conversion failed when converting date and/or time from character string.");
        var timeOnly = trimmed.Length > 2 && trimmed[2] == ':';
        var day = timeOnly && to.Kind != SqlKind.Time ? DateTimeMath.Epoch1900 : parsed.Date.Ticks;
        return (day + parsed.TimeOfDay.Ticks, (int)parsed.Offset.TotalMinutes);
    }

    static long InRange(long ticks, SqlType from, SqlType to) =>
        ticks is >= 0 and <= DateTimeMath.LastTick ? ticks : throw OutOfRange(from, to);

    static SqlServerException OutOfRange(SqlType from, SqlType to) => new(242, 16, 3,
        $"The conversion of a {from.Name} data type to a {to.Name} data type resulted in an out-of-range value.");
}
