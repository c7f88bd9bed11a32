using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The JSON Schema (draft 2020-12) of manifests, made from the records and their doc comments, so that an
/// editor helps while a manifest is written. What relates several places is the validator's alone.</summary>
public static class ManifestSchema
{
    static readonly Dictionary<string, string> NamePatterns = new()
    {
        [$"{nameof(Manifest)}.{nameof(Manifest.Name)}"] = NameRules.ManifestPattern,
        [$"{nameof(EntityManifest)}.{nameof(EntityManifest.Name)}"] = NameRules.EntityPattern,
        [$"{nameof(FilterRule)}.{nameof(FilterRule.Name)}"] = NameRules.FilterPattern,
    };

    static readonly string[] Times = [nameof(Blackout.From), nameof(Blackout.To)];

    /// <summary>The schema's text, indented, with a line feed at its end.</summary>
    /// <exception cref="FileNotFoundException">The assembly's documentation file does not stand beside it.</exception>
    public static string Generate()
    {
        var documentation = XmlDocumentation.Of(typeof(Manifest));
        var exporter = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(context, node, documentation),
        };
        var schema = ManifestJson.Options.GetJsonSchemaAsNode(typeof(Manifest), exporter).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Migration manifest");
        var properties = schema["properties"]!.AsObject();
        properties.Insert(0, "$schema", new JsonObject
        {
            ["description"] = "Where this schema stands, for editors; ignored by the reader.",
            ["type"] = "string",
        });
        // The text goes into a file, never into a page: apostrophes may stay as they are.
        var options = new JsonSerializerOptions(ManifestJson.Options)
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return schema.ToJsonString(options) + "\n";
    }

    static JsonObject Describe(JsonSchemaExporterContext context, JsonNode node, XmlDocumentation documentation)
    {
        // A schema without constraints is exported as `true`: it needs to be an object to carry a description.
        var schema = node as JsonObject ?? new JsonObject();
        var type = context.TypeInfo.Type;
        if (type == typeof(JsonElement) || type == typeof(JsonElement?))
            schema["type"] = SingleValue();
        if (context.PropertyInfo is not { } property)
        {
            if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && documentation.Type(type) is { } summary)
                schema.Insert(0, "description", summary);
            if (type == typeof(FilterRule))
                schema["oneOf"] = new JsonArray([.. FilterRules.Operators.Select(RequireOne)]);
            return schema;
        }
        var owner = property.DeclaringType;
        var member = ((MemberInfo)property.AttributeProvider!).Name;
        schema.Remove("description");
        if (documentation.Member(owner, member) is { } description)
            schema.Insert(0, "description", description + DescribeValues(property.PropertyType, documentation));
        if (NamePatterns.TryGetValue($"{owner.Name}.{member}", out var pattern))
            (schema["pattern"], schema["maxLength"]) = (pattern, NameRules.MaxLength);
        if (owner == typeof(Blackout) && Times.Contains(member))
            schema["pattern"] = Blackout.TimePattern;
        if (OptionRange.All.FirstOrDefault(r => r.Owner == owner && r.Property == member) is { } range)
            (schema["minimum"], schema["maximum"]) = (range.Minimum, range.Maximum);
        AddSizes(schema, owner, member);
        AddDefault(schema, property);
        return schema;
    }

    static JsonNode RequireOne(string name) => new JsonObject { ["required"] = new JsonArray(name) };

    static string DescribeValues(Type type, XmlDocumentation documentation) =>
        type.IsEnum
            ? string.Concat(Enum.GetNames(type).Select(
                name => $" '{JsonNamingPolicy.CamelCase.ConvertName(name)}': {documentation.Member(type, name)}"))
            : "";

    static void AddSizes(JsonObject schema, Type owner, string member)
    {
        if (owner == typeof(Manifest) && member == nameof(Manifest.Entities))
            (schema["minItems"], schema["maxItems"]) = (1, ManifestValidator.MaxEntities);
        if ((owner, member) == (typeof(EntitySource), nameof(EntitySource.Key))
            || (owner, member) == (typeof(Blackout), nameof(Blackout.Days))
            || (owner, member) == (typeof(FilterRule), nameof(FilterRule.In)))
            schema["minItems"] = 1;
        if ((owner, member) == (typeof(FilterRule), nameof(FilterRule.In)))
            schema["items"] = new JsonObject { ["type"] = SingleValue() };
    }

    static JsonArray SingleValue() => new("string", "number", "boolean");

    // A record with its required properties unset still shows what the others begin with.
    static void AddDefault(JsonObject schema, JsonPropertyInfo property)
    {
        if (property.IsRequired || property.Get is not { } get)
            return;
        var value = get(Activator.CreateInstance(property.DeclaringType)!);
        if (value is not null)
            schema["default"] = JsonSerializer.SerializeToNode(value, property.PropertyType, ManifestJson.Options);
    }
}
