using System.Text.Json;
using System.Text.Json.Nodes;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The one way to write a JSON value, whatever its author's formatting: no white space, properties in ordinal
/// order, no escapes that are not needed, no trailing zeros.</summary>
static class CanonicalJson
{
    public static byte[] Write(JsonNode node)
    {
        var options = new JsonWriterOptions { Encoder = ManifestJson.Options.Encoder };
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
            Write(node, writer);
        return stream.ToArray();
    }

    static void Write(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonArray elements:
                writer.WriteStartArray();
                foreach (var element in elements)
                    Write(element, writer);
                writer.WriteEndArray();
                break;
            default:
                WriteValue(node.Deserialize<JsonElement>(), writer);
                break;
        }
    }

    static void WriteValue(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.String)
            writer.WriteStringValue(value.GetString());
        else if (value.ValueKind == JsonValueKind.Number)
            writer.WriteRawValue(Shortest(value.GetRawText()));
        else
            value.WriteTo(writer);
    }

    // Digit by digit, not through a number type: that would round long numbers until two of them look the same.
    static string Shortest(string number) =>
        number.Contains('.', StringComparison.Ordinal) && !number.Contains('e', StringComparison.OrdinalIgnoreCase)
            ? number.TrimEnd('0').TrimEnd('.')
            : number;
}
