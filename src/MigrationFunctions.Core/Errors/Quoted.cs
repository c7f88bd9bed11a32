using System.Globalization;
using System.Text;

namespace MigrationFunctions.Core.Errors;

/// <summary>Names and values from outside, made fit for one line of a message.</summary>
public static class Quoted
{
    const int MaxLength = 80;

    /// <summary>The text in single quotes, cut after 80 characters; control and format characters show as
    /// <c>\u0000</c>, so that a message can neither break a log line nor hide what it says.</summary>
    public static string Text(string value) =>
        value.Length > MaxLength ? $"'{Line(Cut(value))}...'" : $"'{Line(value)}'";

    /// <summary>The text with control and format characters shown as <c>\u0000</c>.</summary>
    public static string Line(string value)
    {
        var shown = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                shown.Append(rune.ToString());
        }
        return shown.ToString();
    }

    /// <summary>The texts, quoted and separated by commas.</summary>
    public static string List(IEnumerable<string> values) => string.Join(", ", values.Select(Text));

    static string Cut(string value) =>
        value[..(char.IsHighSurrogate(value[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
}
