using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Http.OpenApi;

/// <summary>JSON schemas of records, by the options that read and write them; each record's once, under its name.</summary>
sealed class Schemas
{
    // A newer service may say more than is described here; it never takes more than it knows.
    static readonly JsonSerializerOptions Answers =
        new(ManifestJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true };

    const string Reference = "$ref";

    readonly SortedDictionary<string, JsonNode> _named = new(StringComparer.Ordinal);

    public JsonObject OfRequest(Type type) => Named(type, ManifestJson.Options);

    public JsonObject OfAnswer(Type type) => Named(type, Answers);

    /// <summary>The schema itself, for what is no record.</summary>
    public static JsonNode OfValue(Type type) => Answers.GetJsonSchemaAsNode(type, Exporter);

    public JsonObject All() => new(_named.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));

    JsonObject Named(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(object))
            return new JsonObject { ["type"] = "object" };
        var place = "#/components/schemas/" + type.Name;
        if (!_named.ContainsKey(type.Name))
            _named.Add(type.Name, Moved(options.GetJsonSchemaAsNode(type, Exporter), place));
        return new JsonObject { [Reference] = place };
    }

    // What a schema says twice it refers to, from its own root.
    static JsonNode Moved(JsonNode schema, string place)
    {
        var inside = schema is JsonObject members ? members.Select(m => m.Value) : schema as JsonArray ?? [];
        foreach (var node in inside.ToList())
            if (node is JsonObject or JsonArray)
                Moved(node, place);
        if (schema is JsonObject referring && referring[Reference] is JsonValue own)
            referring[Reference] = place + own.GetValue<string>()[1..];
        return schema;
    }
}
