using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalSqlServer.Types;

/// <summary>
/// Reads dates and times of text under the language us_english. Error 241 for what is no date, 242 for a datetime with
/// impossible numbers; the forms of SQL Server that are not known here are error 40000.
/// </summary>
static partial class DateText
{
    static readonly string[] Dates =
        ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "M/d/yyyy", "M-d-yyyy", "M.d.yyyy"];

    static readonly string[] Times = ["H:m", "H:m:s", "H:m:s.FFFFFFF"];

    static readonly string[] Formats =
    [
        .. Dates, .. Times, .. from date in Dates from time in Times select $"{date} {time}",
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
    ];

    static readonly string[] OffsetFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss zzz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz",
    ];

    public static (long Ticks, int Offset) Parse(string text, SqlType from, SqlType to)
    {
        var trimmed = text.Trim(' ');
        if (trimmed.Length == 0)
            return (DateTimeMath.Epoch1900, 0);
        var isOld = to.Kind is SqlKind.DateTime or SqlKind.SmallDateTime;
        if (Find(trimmed, Formats) is not { } parsed)
        {
            if (Find(trimmed, OffsetFormats) is not { } withOffset || (isOld && !trimmed.EndsWith('Z')))
                throw Refuse(trimmed, from, to);
            parsed = withOffset;
        }
        if (isOld && LongFraction().IsMatch(trimmed))
            throw NoDate();
        var timeOnly = trimmed.IndexOf(':', StringComparison.Ordinal) is 1 or 2;
        var day = timeOnly && to.Kind != SqlKind.Time ? DateTimeMath.Epoch1900 : parsed.Date.Ticks;
        return (day + parsed.TimeOfDay.Ticks, (int)parsed.Offset.TotalMinutes);
    }

    static DateTimeOffset? Find(string text, string[] formats) => DateTimeOffset.TryParseExact(
        text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;

    static SqlServerException Refuse(string text, SqlType from, SqlType to)
    {
        if (Month().IsMatch(text) || OtherForm().IsMatch(text))
            throw SqlServerException.Unsupported(text, "the form of a date");
        return to.Kind is SqlKind.DateTime or SqlKind.SmallDateTime && Numbers().IsMatch(text)
            ? new(242, 16, 3,
                $"The conversion of a {from.Name} data type to a {to.Name} data type resulted in an out-of-range value.")
            : NoDate();
    }

    static SqlServerException NoDate() =>
        new(241, 16, 1, "Conversion failed when converting date and/or time from character string.");

    [GeneratedRegex(@"\d\s*(am|pm)$|^\d{6}$|^\d{4}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherForm();

    [GeneratedRegex(
        @"\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(tember)?|oct(ober)?|nov(ember)?|dec(ember)?)(\b|\d)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Month();

    [GeneratedRegex(@"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(\s|T|$)|^\d{8}$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    // datetime has three decimals of a second, and takes no more.
    [GeneratedRegex(@":\d+\.\d{4,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongFraction();
}
