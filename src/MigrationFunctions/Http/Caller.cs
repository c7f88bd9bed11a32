using Microsoft.AspNetCore.Http;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http;

/// <summary>Who asks, for the audit log.</summary>
static class Caller
{
    const string PrincipalName = "X-MS-CLIENT-PRINCIPAL-NAME";
    const string KeyHolder = "function key";
    const int Longest = 256;

    /// <summary>The principal, where one is needed (<see cref="Authentication.Entra"/>). Otherwise the user that App Service
    /// authentication names (it strips the header from requests that bring their own), or "function key" where it is off:
    /// then the holder of a key may put any name there, so the name is no proof.</summary>
    public static string Of(HttpRequest request)
    {
        var name = CallerIdentity.Of(request.HttpContext).Name ?? request.Headers[PrincipalName].FirstOrDefault();
        return string.IsNullOrEmpty(name) ? KeyHolder : name[..Math.Min(name.Length, Longest)];
    }
}
