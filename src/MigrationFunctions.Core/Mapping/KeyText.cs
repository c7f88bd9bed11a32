using System.Data.Common;
using System.Text;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>A legacy key as text: what ids are made from, what people type and what look-ups use. Equal keys have equal
/// text: digits for integers, decimals without zeros at the end, uniqueidentifier in lower case, text without spaces at
/// its end (SQL Server's = ignores them), dates as ISO 8601 with seven digits, offsets as UTC, binaries hexadecimal.
/// Parts of a composite key are joined by <c>|</c>; there <c>|</c> and <c>\</c> are written <c>\|</c> and
/// <c>\\</c>.</summary>
public static class KeyText
{
    internal const char Separator = '|';
    internal const char EscapeCharacter = '\\';

    // No row with such a key is migrated; its rejection still has to name it.
    internal const string Null = "NULL";

    /// <summary>The text of the row's key; <paramref name="ordinals"/> say where its columns stand in the
    /// row.</summary>
    public static string Format(DbDataReader row, IReadOnlyList<int> ordinals, IReadOnlyList<SourceColumn> columns) =>
        new KeyReader(columns, ordinals).ReadText(row).ToString();

    /// <summary>The typed values of a key text, one for each column, of the types that <see cref="InvariantText"/>
    /// names. False when the text is no key of those columns.</summary>
    public static bool TryParse(string text, IReadOnlyList<SourceColumn> columns, out object[] values)
    {
        var parts = columns.Count == 1 ? [text] : Split(text);
        values = new object[columns.Count];
        if (parts.Count != columns.Count)
            return false;
        for (var i = 0; i < values.Length; i++)
        {
            if (!InvariantText.TryParse(columns[i], parts[i], out values[i]))
                return false;
        }

        return true;
    }

    internal static string Escape(string part) =>
        part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Separator)
            {
                parts.Add(part.ToString());
                part.Clear();
                continue;
            }

            if (text[i] == EscapeCharacter && i + 1 < text.Length)
                i++;
            part.Append(text[i]);
        }

        parts.Add(part.ToString());
        return parts;
    }
}
