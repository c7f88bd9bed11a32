using System.Text.Json;
using System.Text.Json.Serialization;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>What this service has stored as JSON. It is read leniently, as an older or a newer version of the service may have
/// written it; strict is only what comes in at the door.</summary>
static class StoredJson
{
    static readonly JsonSerializerOptions Lenient = new(ManifestJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, RespectNullableAnnotations = false,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, ManifestJson.Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Lenient)!;

    /// <summary>Null for null.</summary>
    public static T? ReadOrNull<T>(string? json) where T : class => json is null ? null : Read<T>(json);
}
