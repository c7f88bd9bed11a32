using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>Who calls, as far as the host vouches for it.</summary>
/// <param name="Key">What rate limits tell callers apart by. Holds no secret.</param>
/// <param name="Role">The highest role that the caller has.</param>
/// <param name="Actor">For the audit log: the principal or user whom App Service authentication names; without it
/// <c>function key</c> with the beginning of the key's SHA-256.</param>
/// <param name="Unknown">Why a caller who should have a principal has none.</param>
sealed record CallerIdentity(string Key, Role Role, string Actor, Problem? Unknown = null)
{
    const string UserName = "X-MS-CLIENT-PRINCIPAL-NAME";
    const string HolderOfKey = "function key";
    const int LongestActor = 256;
    const int ShownDigits = 8;

    /// <summary>A principal's roles count, not just a key.</summary>
    public bool HasPrincipal { get; private init; }

    // What the worker sees of strangers is their address alone: so many buckets, however many addresses.
    const int Addresses = 1024;

    /// <summary>The caller of this request.</summary>
    /// <exception cref="InvalidOperationException">The request came past <see cref="CallerIdentification"/>: nobody gets
    /// in.</exception>
    public static CallerIdentity Of(HttpContext http) =>
        http.Features.Get<CallerIdentity>() ?? throw new InvalidOperationException("The caller was not identified.");

    public static CallerIdentity Identify(HttpRequest request, AccessSettings settings)
    {
        if (settings.Authentication == Authentication.FunctionKey)
        {
            var holder = HolderOf(request);
            return UserOf(request, settings) is { } user ? holder with { Actor = user } : holder;
        }
        if (request.Headers[ClientPrincipal.Header] is not { Count: > 0 } header)
            return Stranger(ErrorCodes.PrincipalMissing, "The call carries no Microsoft Entra principal.");
        return ClientPrincipal.Read(header) is { } principal
            ? new CallerIdentity("principal " + principal.Key, principal.Role, principal.Name) { HasPrincipal = true }
            : Stranger(ErrorCodes.PrincipalUnreadable, "The call's principal cannot be read.");

        CallerIdentity Stranger(string code, string message) => HolderOf(request) with
        {
            Role = Role.None,
            Unknown = new Problem(
                code, ClientPrincipal.Header, message,
                "Sign in, or send a token of the app's audience in header Authorization."),
        };
    }

    /// <summary>The answer to a caller without that role, who is logged: 401 without a principal, else 403. Null: let
    /// in.</summary>
    public IActionResult? Refuse(Role required, string function, HttpContext http, ILogger logger)
    {
        if (Role >= required)
            return null;
        Log.CallRefused(logger, function, Key, $"it needs role {required}");
        if (Unknown is { } unknown)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Json.Problems(StatusCodes.Status401Unauthorized, "The caller is not known.", [unknown]);
        }
        return Json.Problems(StatusCodes.Status403Forbidden, "The caller may not do this.", [new Problem(
            ErrorCodes.RoleMissing, $"{http.Request.Method} {http.Request.Path}",
            $"It needs role {required}; the caller has {(Role == Role.None ? "none" : $"role {Role}")}.",
            $"Have app role {AppRoles.NameOf(required)} assigned to the caller in Microsoft Entra.")]);
    }

    // Where nobody strips the header from requests, any caller could put a name there.
    static string? UserOf(HttpRequest request, AccessSettings settings) =>
        settings.IsAuthenticationOn && request.Headers[UserName].FirstOrDefault() is { Length: > 0 } name
            ? name[..Math.Min(name.Length, LongestActor)]
            : null;

    // The host has let the key through. Only its digest is kept.
    static CallerIdentity HolderOf(HttpRequest request)
    {
        var key = request.Headers["x-functions-key"].FirstOrDefault() ?? request.Query["code"].FirstOrDefault();
        if (key is { Length: > 0 })
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
            return new CallerIdentity("key " + digest, Role.Approver, $"{HolderOfKey} {digest[..ShownDigits]}");
        }
        var address = request.HttpContext.Connection.RemoteIpAddress;
        return new CallerIdentity($"address {(uint)HashCode.Combine(address) % Addresses}", Role.Approver, HolderOfKey);
    }
}
