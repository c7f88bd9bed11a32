using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Walks JSON against the type it should become and collects everything that does not fit. What it returns
/// always deserializes: what did not fit is left out, or replaced by an empty value where the type requires
/// one.</summary>
sealed class JsonShapeWalker(JsonSerializerOptions options, string place)
{
    readonly List<Problem> _problems = [];
    readonly HashSet<string> _faulty = new(StringComparer.Ordinal);

    public IReadOnlyList<Problem> Problems => _problems;

    public IReadOnlySet<string> FaultyPlaces => _faulty;

    /// <summary>The value in a form that deserializes as the type.</summary>
    public JsonNode Walk(JsonElement root, Type type) => Walk(root, type, "$");

    JsonNode Walk(JsonElement value, Type type, string path)
    {
        var info = options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => value.ValueKind == JsonValueKind.Object
                ? WalkObject(value, info, path)
                : Replace(value, info, path, "an object"),
            JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
                ? WalkList(value, info.ElementType!, path)
                : Replace(value, info, path, "a list"),
            JsonTypeInfoKind.Dictionary => value.ValueKind == JsonValueKind.Object
                ? WalkDictionary(value, info.ElementType!, path)
                : Replace(value, info, path, "an object"),
            _ => WalkScalar(value, info, path),
        };
    }

    JsonObject WalkObject(JsonElement value, JsonTypeInfo info, string path)
    {
        var result = new JsonObject();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPath.Member(path, member.Name);
            if (!seen.Add(member.Name))
                AddDuplicate(at, member.Name);
            else if (info.Properties.FirstOrDefault(p => p.Name == member.Name) is { } property)
                AddProperty(result, property, member.Value, at);
            else if (path != "$" || member.Name != "$schema")
                AddUnknown(info, seen, member.Name, at);
        }
        foreach (var required in info.Properties.Where(p => p.IsRequired && !result.ContainsKey(p.Name)))
        {
            if (!seen.Contains(required.Name))
                Add(ErrorCodes.MissingProperty, JsonPath.Member(path, required.Name),
                    $"Property '{required.Name}' is missing.",
                    $"Add it: {ScalarShape.Expected(required.PropertyType)}.");
            result[required.Name] = Placeholder(required.PropertyType);
        }
        return result;
    }

    void AddProperty(JsonObject result, JsonPropertyInfo property, JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Null)
            result[property.Name] = Walk(value, property.PropertyType, at);
        else if (!property.IsSetNullable)
            AddWrongType(value, at, ScalarShape.Expected(property.PropertyType));
    }

    void AddDuplicate(string at, string name) =>
        Add(ErrorCodes.DuplicateProperty, at, $"Property {Quoted.Text(name)} stands twice in this object.",
            "Keep one of them.");

    // A misspelled required property counts as given: one slip is one problem.
    void AddUnknown(JsonTypeInfo info, HashSet<string> seen, string name, string at)
    {
        var known = info.Properties.Select(p => p.Name).ToList();
        var meant = Suggestion.For(name, known.Where(k => !seen.Contains(k)));
        if (meant is not null && !info.Properties.Any(p => p.Name == name))
            seen.Add(meant);
        Add(ErrorCodes.UnknownProperty, at, $"Property {Quoted.Text(name)} is not known here.",
            meant is null ? $"Remove it; known are {string.Join(", ", known)}." : $"Did you mean '{meant}'?");
    }

    JsonArray WalkList(JsonElement value, Type elementType, string path)
    {
        var result = new JsonArray();
        foreach (var element in value.EnumerateArray())
            result.Add(Walk(element, elementType, JsonPath.Index(path, result.Count)));
        return result;
    }

    JsonObject WalkDictionary(JsonElement value, Type elementType, string path)
    {
        var result = new JsonObject();
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPath.Member(path, member.Name);
            if (result.ContainsKey(member.Name))
                AddDuplicate(at, member.Name);
            else
                result[member.Name] = Walk(member.Value, elementType, at);
        }
        return result;
    }

    JsonNode WalkScalar(JsonElement value, JsonTypeInfo info, string path)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (!type.IsEnum || value.ValueKind != JsonValueKind.String)
            return ScalarShape.Fits(value, type, options)
                ? JsonSerializer.SerializeToNode(value)!
                : Replace(value, info, path, ScalarShape.Expected(type));

        var text = value.GetString()!;
        var allowed = ScalarShape.EnumNames(type);
        if (allowed.Contains(text))
            return JsonValue.Create(text);
        Add(ErrorCodes.UnknownValue, path, $"{Quoted.Text(text)} is not a value of this property.",
            $"{Suggestion.Sentence(text, allowed)}Allowed are {string.Join(", ", allowed)}.");
        return Placeholder(type);
    }

    JsonNode Replace(JsonElement found, JsonTypeInfo info, string path, string expected)
    {
        AddWrongType(found, path, expected);
        return Placeholder(info.Type);
    }

    void AddWrongType(JsonElement found, string path, string expected) =>
        Add(ErrorCodes.WrongType, path, $"Expected {expected}, found {ScalarShape.Found(found)}.", $"Give {expected}.");

    void Add(string code, string path, string message, string remedy)
    {
        var at = $"{place} {path}";
        _faulty.Add(at);
        _problems.Add(new Problem(code, at, message, remedy));
    }

    JsonNode Placeholder(Type type)
    {
        var info = options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Enumerable)
            return new JsonArray();
        if (info.Kind == JsonTypeInfoKind.None)
            return ScalarShape.Placeholder(Nullable.GetUnderlyingType(type) ?? type);
        var result = new JsonObject();
        foreach (var required in info.Properties.Where(p => p.IsRequired))
            result[required.Name] = Placeholder(required.PropertyType);
        return result;
    }
}
