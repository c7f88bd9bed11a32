using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace MigrationFunctions.Http.Access;

/// <summary>The principal that App Service authentication names in header <c>X-MS-CLIENT-PRINCIPAL</c>: a user, or the
/// service principal of a pipeline.</summary>
/// <param name="Name">For the audit log: the user's name or the application's id, with the object id, which alone is
/// unique and lasting.</param>
/// <param name="Key">What tells this principal from others.</param>
sealed record ClientPrincipal(string Name, string Key, Role Role)
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";

    // Another provider may let its users choose what their roles claim says.
    const string Entra = "aad";
    const int LongestName = 200;

    static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    static readonly string[] RoleClaims = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];
    static readonly string[] ObjectIdClaims = ["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"];
    static readonly string[] ApplicationIdClaims = ["appid", "azp"];
    static readonly string[] UserNameClaims =
    [
        "preferred_username", "upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "name",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    ];

    /// <summary>Null when the header is not what App Service writes for Microsoft Entra: base64 of a JSON object with that
    /// provider and claims.</summary>
    public static ClientPrincipal? Read(StringValues header)
    {
        if (header.Count != 1 || header[0] is not { Length: > 0 } text)
            return null;
        var json = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, json, out var length))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Content>(json.AsSpan(0, length), Strict) is { Provider: Entra, Claims: { } claims } content
                && claims.TrueForAll(c => c is { Typ: not null, Val: not null })
                    ? Of(content, claims)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static ClientPrincipal Of(Content content, List<Claim> claims)
    {
        var objectId = First(ObjectIdClaims);
        var user = First(["idtyp"]) == "app" ? null : First([content.NameType, .. UserNameClaims]);
        var application = First(ApplicationIdClaims) is { } id ? $"app {id}" : null;
        var name = user ?? application ?? "unnamed principal";
        name = name[..Math.Min(name.Length, LongestName)];
        var roles = claims.Where(c => RoleClaims.Contains(c.Typ) || c.Typ == content.RoleType).Select(c => c.Val!);
        return new ClientPrincipal(
            objectId is null ? name : $"{name} ({objectId})", objectId ?? name, AppRoles.Highest([.. roles]));

        string? First(IEnumerable<string?> types) => types
            .Where(type => !string.IsNullOrEmpty(type))
            .Select(type => claims.Find(c => c.Typ == type)?.Val)
            .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) is { } found
                ? string.Concat(found.Where(c => !char.IsControl(c)))
                : null;
    }

    sealed record Content(
        [property: JsonPropertyName("auth_typ")] string? Provider,
        [property: JsonPropertyName("claims")] List<Claim>? Claims,
        [property: JsonPropertyName("name_typ")] string? NameType,
        [property: JsonPropertyName("role_typ")] string? RoleType);

    sealed record Claim(
        [property: JsonPropertyName("typ")] string? Typ,
        [property: JsonPropertyName("val")] string? Val);
}
