using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Starting;

namespace MigrationFunctions.Http.Access;

/// <summary>How callers are told apart.</summary>
enum Authentication
{
    /// <summary>Whoever has the function key may do everything.</summary>
    FunctionKey,

    /// <summary>App Service authentication names a Microsoft Entra principal, whose app roles count. The function key is
    /// needed as well.</summary>
    Entra,
}

/// <summary>What bounds the HTTP surface, from section <c>Migration</c>.</summary>
/// <param name="IsAuthenticationOn">App Service authentication is on, and vouches for headers that name a user or principal.</param>
/// <param name="RequestsPerMinute">Reads of one caller on one instance.</param>
/// <param name="WritesPerMinute">Likewise calls that need more than <see cref="Role.Reader"/>.</param>
/// <param name="MaxRequestBytes">Largest body. No text of this API may be larger than the default.</param>
sealed record AccessSettings(
    Authentication Authentication, bool IsAuthenticationOn, int RequestsPerMinute, int WritesPerMinute, int MaxRequestBytes)
{
    // Set by App Service where its authentication is on, which then strips such headers from requests: only there do those
    // that name a principal come from it.
    const string AuthenticationIsOn = "WEBSITE_AUTH_ENABLED";

    const string AuthenticationSetting = "Migration:Authentication";

    /// <exception cref="MigrationException">A setting cannot be used.</exception>
    public static AccessSettings Read(IConfiguration configuration) => SettingReader.Read(configuration, From);

    public static AccessSettings From(SettingReader reader)
    {
        var settings = new AccessSettings(
            reader.Choice(AuthenticationSetting, Authentication.FunctionKey),
            reader.IsTrue(AuthenticationIsOn),
            reader.Number("Migration:RequestsPerMinute", 600, 1, 1_000_000),
            reader.Number("Migration:WritesPerMinute", 60, 1, 1_000_000),
            reader.Number("Migration:MaxRequestBytes", 1_048_576, 1_024, 1_048_576));
        if (settings is { Authentication: Authentication.Entra, IsAuthenticationOn: false })
            reader.Add(new Problem(
                ErrorCodes.AuthenticationNotEnforced, AuthenticationSetting,
                "It is Entra, but App Service authentication is off: any caller could name a principal.",
                $"Turn it on for the app (Azure sets {AuthenticationIsOn}), or take {Authentication.FunctionKey}."));
        return settings;
    }
}
