using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Tells whether two manifests put the same into the target. Description, options and the policies' settings do not count, nor do
/// formatting, the order of properties, entities and ignored columns, or a default that is written out. The order of
/// columns counts: it is the order of bytes in the ledger's digests.</summary>
public static class ManifestFingerprint
{
    /// <summary>SHA-256 as 64 lower case hexadecimal digits.</summary>
    public static string Of(Manifest manifest) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(Essence(manifest))));

    /// <summary>What counts, with lists whose order means nothing keyed or sorted.</summary>
    internal static JsonObject Essence(Manifest manifest)
    {
        var essence = JsonSerializer.SerializeToNode(manifest, ManifestJson.Options)!.AsObject();
        essence.Remove("description");
        essence.Remove("options");
        var entities = new JsonObject();
        foreach (var entity in essence["entities"]!.AsArray().Select(e => e!.DeepClone().AsObject()))
        {
            var source = entity["source"]!.AsObject();
            var ignored = source["ignore"]!.AsArray().Select(c => c!.GetValue<string>()).Order(StringComparer.Ordinal);
            // Where policies look is no part of what is written.
            entity["target"]!.AsObject().Remove("tenantSetting");
            source["ignore"] = new JsonArray([.. ignored.Select(c => (JsonNode)c)]);
            entities[entity["name"]!.GetValue<string>()] = entity;
        }
        essence["entities"] = entities;
        return essence;
    }
}
