using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace MigrationFunctions.Http.Access;

/// <summary>Finds out who calls; refuses nobody.</summary>
sealed class CallerIdentification(AccessSettings settings) : Gate
{
    protected override IActionResult? Refuse(string function, HttpContext http)
    {
        http.Features.Set(CallerIdentity.Identify(http.Request, settings.Authentication));
        return null;
    }
}
