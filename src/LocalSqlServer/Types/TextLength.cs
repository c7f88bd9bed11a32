using System.Text;

namespace LocalSqlServer.Types;

/// <summary>Makes text fit its type: in the letters of its code page, cut to its length, char and nchar padded.</summary>
static class TextLength
{
    /// <summary>Text and dates that are too long are cut without an error.</summary>
    /// <exception cref="SqlServerException">8115 or 8170: a number or an identifier does not fit. A short integer in char or
    /// varchar becomes an asterisk instead.</exception>
    public static SqlValue Fit(string text, SqlType from, SqlType to)
    {
        var isBytes = to.Kind is SqlKind.Char or SqlKind.VarChar;
        var encoding = isBytes && to.Collation is { CodePage: not 65001 } collation ? collation.Encoding : null;
        if (encoding is not null)
            text = AsStored(text, encoding);
        if (to.IsMax || to.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Xml)
            return SqlValue.From(text);
        var length = isBytes ? CharactersIn(text, to) : Math.Min(text.Length, to.Length);
        if (length < text.Length)
        {
            if (from.Kind is SqlKind.TinyInt or SqlKind.SmallInt or SqlKind.Int && isBytes)
                (text, length) = ("*", 1);
            else if (from.IsNumeric)
                throw SqlServerException.Overflow(to);
            else if (from.Kind == SqlKind.UniqueIdentifier)
                throw new SqlServerException(8170, 16, 2, "Insufficient result space to convert uniqueidentifier value to char.");
        }
        text = text[..length];
        return SqlValue.From(to.Kind is SqlKind.Char or SqlKind.NChar ? text.PadRight(to.Length) : text);
    }

    /// <summary>A code page has no letter for most of Unicode: SQL Server stores a question mark.</summary>
    static string AsStored(string text, Encoding encoding) =>
        Ascii.IsValid(text) ? text : encoding.GetString(encoding.GetBytes(text));

    /// <summary>How many UTF-16 code units fit into the bytes of the type; no character is cut in two.</summary>
    static int CharactersIn(string text, SqlType to)
    {
        if (Ascii.IsValid(text))
            return Math.Min(text.Length, to.Length);
        var encoding = (to.Collation ?? Collation.Default).Encoding;
        var (bytes, units) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += encoding.GetByteCount(text.AsSpan(units, rune.Utf16SequenceLength));
            if (bytes > to.Length)
                return units;
            units += rune.Utf16SequenceLength;
        }
        return units;
    }
}
