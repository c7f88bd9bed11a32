using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Connections;
using MigrationFunctions.Starting;

namespace MigrationFunctions.Http;

/// <summary>How callers reach the service: setting <c>Migration:PublicAddress</c>, or else what the request says. Where something in
/// front ends TLS, the request says http, and its Host header is whatever the caller wrote.</summary>
/// <param name="Base">Absolute, without a path; null: as the request says.</param>
public sealed record PublicAddress(Uri? Base)
{
    /// <exception cref="Core.Errors.MigrationException">MIG6025: the setting is no absolute http or https address.</exception>
    public static PublicAddress Read(IConfiguration configuration) => SettingReader.Read(configuration, From);

    internal static PublicAddress From(SettingReader reader) => new(reader.Address($"{ConnectionSettings.Section}:PublicAddress"));

    /// <summary>The address of what stands under the request's own.</summary>
    public string Of(HttpRequest request, string child)
    {
        var origin = Base is { } address ? address.GetLeftPart(UriPartial.Authority) : $"{request.Scheme}://{request.Host}";
        return $"{origin}{request.PathBase}{request.Path}/{child}";
    }
}
