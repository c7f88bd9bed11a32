using System.Globalization;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;

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
/// <param name="RequestsPerMinute">Reads of one caller on one instance.</param>
/// <param name="WritesPerMinute">Likewise calls that need more than <see cref="Role.Reader"/>.</param>
/// <param name="MaxRequestBytes">Largest body. No text of this API may be larger than the default.</param>
sealed record AccessSettings(
    Authentication Authentication, int RequestsPerMinute, int WritesPerMinute, int MaxRequestBytes)
{
    /// <summary>What App Service sets, and strips from requests, where its authentication is on: only then do the
    /// headers that name a principal come from it.</summary>
    const string AuthenticationIsOn = "WEBSITE_AUTH_ENABLED";

    const string AuthenticationSetting = "Migration:Authentication";

    static readonly (string Name, int Usual, int Least, int Most)[] Numbers =
    [
        ("Migration:RequestsPerMinute", 600, 1, 1_000_000),
        ("Migration:WritesPerMinute", 60, 1, 1_000_000),
        ("Migration:MaxRequestBytes", 1_048_576, 1_024, 1_048_576),
    ];

    /// <exception cref="MigrationException">A setting cannot be used.</exception>
    public static AccessSettings Read(IConfiguration configuration)
    {
        foreach (var problem in Check(configuration))
            throw new MigrationException(problem);
        var numbers = Numbers.Select(n => Number(configuration[n.Name]) ?? n.Usual).ToArray();
        return new AccessSettings(
            AuthenticationOf(configuration) ?? Authentication.FunctionKey, numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>Everything that is wrong with the settings.</summary>
    public static IEnumerable<Problem> Check(IConfiguration configuration)
    {
        if (AuthenticationOf(configuration) is not { } authentication)
            yield return Invalid(
                AuthenticationSetting, configuration[AuthenticationSetting],
                string.Join(" or ", Enum.GetNames<Authentication>()));
        else if (authentication == Authentication.Entra && !IsAuthenticationOn(configuration))
            yield return new Problem(
                ErrorCodes.AuthenticationNotEnforced, AuthenticationSetting,
                "It is Entra, but App Service authentication is off: any caller could name a principal.",
                $"Turn it on for the app (Azure sets {AuthenticationIsOn}), or take {Authentication.FunctionKey}.");
        foreach (var (name, _, least, most) in Numbers)
            if (configuration[name] is { Length: > 0 } text && !(Number(text) is { } number && number >= least && number <= most))
                yield return Invalid(name, text, $"a number from {least} to {most}");
    }

    static bool IsAuthenticationOn(IConfiguration configuration) =>
        bool.TryParse(configuration[AuthenticationIsOn], out var isOn) && isOn;

    static Authentication? AuthenticationOf(IConfiguration configuration) =>
        configuration[AuthenticationSetting] is not { Length: > 0 } text ? Authentication.FunctionKey
        : Enum.GetValues<Authentication>().Cast<Authentication?>().FirstOrDefault(
            a => string.Equals(a.ToString(), text, StringComparison.OrdinalIgnoreCase));

    static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static Problem Invalid(string setting, string? value, string possible) => new(
        ErrorCodes.AccessSettingInvalid, setting, $"{Quoted.Text(value ?? "")} is not possible here.", $"Give {possible}.");
}
