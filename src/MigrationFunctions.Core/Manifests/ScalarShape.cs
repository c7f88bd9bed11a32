using System.Text.Json;
using System.Text.Json.Nodes;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>JSON's single values against the types that properties have.</summary>
static class ScalarShape
{
    /// <summary>Whether the value becomes the type without loss.</summary>
    public static bool Fits(JsonElement value, Type type, JsonSerializerOptions options)
    {
        // A list or an object in its place would carry unbounded structure into comparisons of single values.
        if (type == typeof(JsonElement))
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True
                or JsonValueKind.False;
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array)
            return false;
        try
        {
            return value.Deserialize(type, options) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What a property of this type takes, to stand after "give" or "expected".</summary>
    public static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "a text in quotes";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int) || type == typeof(long))
            return "a whole number";
        if (type == typeof(double))
            return "a number";
        if (type == typeof(Guid))
            return "a UUID such as '8c9f1d52-6f0e-5c3e-9a52-3d1f6e0b7a41'";
        if (type == typeof(JsonElement))
            return "a text, a number, true or false";
        if (type.IsEnum)
            return $"one of {string.Join(", ", EnumNames(type))}";
        if (type.IsPrimitive || type.IsValueType)
            return $"a {type.Name}";
        return typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && !IsDictionary(type)
            ? "a list"
            : "an object";
    }

    /// <summary>What stands there instead.</summary>
    public static string Found(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean() ? "true" : "false",
        JsonValueKind.String => $"the text {Quoted.Text(value.GetString()!)}",
        _ => $"the number {Quoted.Line(value.GetRawText())}",
    };

    /// <summary>The allowed values of an enum, as JSON writes them.</summary>
    public static IReadOnlyList<string> EnumNames(Type type) =>
        [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>A value of the type that says nothing: empty text, zero, the first value of an enum.</summary>
    public static JsonNode Placeholder(Type type)
    {
        if (type == typeof(string) || type == typeof(JsonElement))
            return JsonValue.Create("");
        if (type.IsEnum)
            return JsonValue.Create(EnumNames(type)[0]);
        return JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type)!;
    }

    static bool IsDictionary(Type type) =>
        type.IsGenericType && type.Name.Contains("Dictionary", StringComparison.Ordinal);
}
