using System.Data;
using System.Data.Common;
using System.Data.SqlTypes;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>The edge of a batch: the exact key values of a row, as the text of a JSON array. Unlike <see
/// cref="KeyText"/> it keeps spaces at the end, and every value comes back as it was, so that a batch reads the same
/// range again. Boundaries are compared for equality only: their order is SQL Server's own.</summary>
public static class KeyBoundary
{
    // JSON has no text with half a surrogate pair: such text stands as an object with its UTF-16 units in hexadecimal.
    const string Utf16Property = "utf16";

    /// <summary>The boundary of those key values, as SqlClient gives them (decimals may be <see
    /// cref="SqlDecimal"/>).</summary>
    public static string Write(params ReadOnlySpan<object> values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (var value in values)
                WriteValue(writer, value);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The boundary of the row's key.</summary>
    public static string Write(DbDataReader row, IReadOnlyList<int> ordinals, IReadOnlyList<SourceColumn> columns)
    {
        var values = new object[columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = columns[i].Type == SqlDbType.Decimal && columns[i].Precision > SourceTypes.DecimalDigits
                ? row.GetFieldValue<SqlDecimal>(ordinals[i])
                : row.GetValue(ordinals[i]);
        }

        return Write(values);
    }

    /// <summary>The key values of a boundary, typed for parameters of those columns.</summary>
    /// <exception cref="FormatException">The text is no boundary of those columns.</exception>
    public static object[] Parse(string text, IReadOnlyList<SourceColumn> columns)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is not { ValueKind: JsonValueKind.Array } array
                || array.GetArrayLength() != columns.Count)
            {
                throw new FormatException($"The boundary {text} is no array of {columns.Count} values.");
            }

            return [.. array.EnumerateArray().Select((element, i) => ReadValue(element, columns[i]))];
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The boundary {text} is no JSON.", exception);
        }
    }

    static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case byte or short or int or long:
                writer.WriteRawValue(InvariantText.Format(value));
                break;
            case bool bit:
                writer.WriteBooleanValue(bit);
                break;
            case string text when !IsWellFormed(text):
                writer.WriteStartObject();
                writer.WriteString(Utf16Property, ToUtf16(text));
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(InvariantText.Format(value));
                break;
        }
    }

    static object ReadValue(JsonElement element, SourceColumn column)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Object when element.TryGetProperty(Utf16Property, out var units)
                && units.ValueKind == JsonValueKind.String =>
                FromUtf16(units.GetString()!),
            _ => element.GetRawText(),
        };
        return InvariantText.TryParse(column, text, out var value)
            ? value
            : throw new FormatException(
                $"The boundary's value {element.GetRawText()} is no {column.Type} for {column.Name}.");
    }

    // Encoding.BigEndianUnicode would replace what is not well-formed.
    static string ToUtf16(string text) =>
        string.Concat(text.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture)));

    static string FromUtf16(string digits) =>
        string.Concat(digits.Chunk(4).Select(unit => (char)Convert.ToUInt16(new string(unit), 16)));

    static bool IsWellFormed(string text)
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
