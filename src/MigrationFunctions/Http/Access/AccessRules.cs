using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Starting;

namespace MigrationFunctions.Http.Access;

/// <summary>What the app must not start with on its HTTP surface.</summary>
static class AccessRules
{
    /// <summary>Everything that is wrong with settings and functions.</summary>
    public static IReadOnlyList<Problem> Check(IConfiguration configuration) =>
        [.. SettingReader.Check(configuration, AccessSettings.From), .. HttpFunctions.OfApp().Check()];
}
