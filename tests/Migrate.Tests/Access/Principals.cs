using System.Text;
using System.Text.Json;

namespace Migrate.Tests.Access;

/// <summary>Principals as App Service authentication hands them on: header <c>X-MS-CLIENT-PRINCIPAL</c>.</summary>
static class Principals
{
    public const string Header = "X-MS-CLIENT-PRINCIPAL";
    public const string ObjectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";

    const string NameType = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";

    /// <summary>A user whose name is what comes before the @.</summary>
    public static string User(string name, params string[] roles) => Of(
        [(NameType, $"{name}@district.example"), (ObjectId, $"id-of-{name}"), .. roles.Select(r => ("roles", r))]);

    /// <summary>The service principal of a pipeline, by its v2 token.</summary>
    public static string Application(string id, params string[] roles) => Of(
        [("azp", id), ("idtyp", "app"), (ObjectId, $"object-of-{id}"), .. roles.Select(r => ("roles", r))]);

    public static string Of((string Type, string Value)[] claims, string roleType = "roles") => Encoded(
        JsonSerializer.Serialize(new
        {
            auth_typ = "aad",
            claims = claims.Select(c => new { typ = c.Type, val = c.Value }),
            name_typ = NameType,
            role_typ = roleType,
        }));

    public static string Encoded(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
}
