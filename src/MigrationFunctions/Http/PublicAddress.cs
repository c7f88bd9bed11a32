using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MigrationFunctions.Http;

/// <summary>How callers reach the service: setting <c>Migration:PublicAddress</c>, or else what the request says. Where something in
/// front ends TLS, the request says http, and its Host header is whatever the caller wrote.</summary>
/// <param name="Base">Absolute, without a path; null: as the request says.</param>
public sealed record PublicAddress(Uri? Base)
{
    const string Setting = "Migration:PublicAddress";

    /// <exception cref="InvalidOperationException">The setting is no absolute http or https address.</exception>
    public static PublicAddress Read(IConfiguration configuration) => configuration[Setting] switch
    {
        null or "" => new PublicAddress((Uri?)null),
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" =>
            new PublicAddress(address),
        _ => throw new InvalidOperationException($"{Setting} must be an absolute http or https address."),
    };

    /// <summary>The address of what stands under the request's own.</summary>
    public string Of(HttpRequest request, string child)
    {
        var origin = Base is { } address ? address.GetLeftPart(UriPartial.Authority) : $"{request.Scheme}://{request.Host}";
        return $"{origin}{request.PathBase}{request.Path}/{child}";
    }
}
