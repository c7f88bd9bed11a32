using System.Data;
using System.Data.Common;
using System.Data.SqlTypes;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>A source row as JSON, for the rejected rows' store: enough to see what was wrong and to replay it.</summary>
static class OriginalRow
{
    public static string ToJson(DbDataReader row, IReadOnlyList<SourceColumn> columns) =>
        JsonSerializer.Serialize(
            Enumerable.Range(0, columns.Count).ToDictionary(i => columns[i].Name, i => Text(row, i, columns[i])));

    // U+0000 and lone surrogates, the very reasons for a reject, are not allowed in PostgreSQL's jsonb: they are
    // written as the six characters \uXXXX.
    static string? Text(DbDataReader row, int ordinal, SourceColumn column) =>
        row.IsDBNull(ordinal) ? null : Text(Value(row, ordinal, column));

    static string Text(object cell) => cell switch
    {
        // Their own ToString goes by the culture of the thread.
        SqlDouble number => number.Value.ToString(CultureInfo.InvariantCulture),
        SqlSingle number => number.Value.ToString(CultureInfo.InvariantCulture),
        SqlMoney number => number.Value.ToString("#0.00##", CultureInfo.InvariantCulture),
        SqlString text => Escape(text.Value),
        SqlBinary bytes => "0x" + Convert.ToHexString(bytes.Value),
        SqlBytes bytes => "0x" + Convert.ToHexString(bytes.Value),
        SqlDateTime time => time.Value.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
        string text => Escape(text),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var other => Escape(other.ToString() ?? ""),
    };

    // The value of a CLR type (geography, hierarchyid) would ask for its assembly; its bytes do not.
    static object Value(DbDataReader row, int ordinal, SourceColumn column) =>
        column.Type == SqlDbType.Udt && row is SqlDataReader reader
            ? reader.GetSqlBytes(ordinal)
            : row.GetProviderSpecificValue(ordinal);

    static string Escape(string text)
    {
        if (!text.Any(c => c == '\0' || char.IsSurrogate(c)))
            return text;
        var escaped = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                escaped.Append(text, i++, 2);
            else if (text[i] == '\0' || char.IsSurrogate(text[i]))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                escaped.Append(text[i]);
        return escaped.ToString();
    }
}
