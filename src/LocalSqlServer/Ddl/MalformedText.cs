using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Ddl;

/// <summary>A text with half a surrogate pair, which nchar and nvarchar columns hold as they hold anything.</summary>
public sealed class MalformedText
{
    readonly SqlValue[] _row;

    internal MalformedText(LegacyColumn column, string text, SqlValue[] row)
    {
        (Column, Text) = (column, text);
        _row = [.. row];
    }

    public LegacyColumn Column { get; }

    public string Text { get; }

    /// <summary>The bytes that the server stores, of which CAST makes the text again.</summary>
    public byte[] ToBytes() => [.. Text.SelectMany(c => new[] { (byte)c, (byte)(c >> 8) })];

    /// <summary>A value of the same row, as CLR has it.</summary>
    public object? ValueOf(LegacyTable table, string column) =>
        ClrValues.ToClr(_row[table.Ordinal(column)], table.Columns[table.Ordinal(column)].Type);

    internal static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
