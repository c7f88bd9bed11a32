using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>What the app must not start with on its HTTP surface.</summary>
static class AccessRules
{
    /// <summary>Everything that is wrong with settings and functions.</summary>
    public static IReadOnlyList<Problem> Check(IConfiguration configuration) =>
        [.. AccessSettings.Check(configuration), .. HttpFunctions.OfApp().Check()];
}
