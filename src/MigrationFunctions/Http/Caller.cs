using Microsoft.AspNetCore.Http;

namespace MigrationFunctions.Http;

/// <summary>Who asks, for the audit log.</summary>
static class Caller
{
    const string Principal = "X-MS-CLIENT-PRINCIPAL-NAME";
    const string KeyHolder = "function key";
    const int Longest = 256;

    /// <summary>The user that App Service authentication names (it strips the header from requests that bring their own), or
    /// "function key" where it is off: then the holder of a key may put any name there, so the name is no proof.</summary>
    public static string Of(HttpRequest request) =>
        request.Headers[Principal].FirstOrDefault() is { Length: > 0 } name
            ? name[..Math.Min(name.Length, Longest)]
            : KeyHolder;
}
