using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace MigrationFunctions.Http.Access;

/// <summary>Finds out who calls; refuses nobody.</summary>
sealed class CallerIdentification(HttpFunctions functions, AccessSettings settings) : Gate(functions)
{
    protected override IActionResult? Refuse(HttpFunction function, HttpContext http)
    {
        http.Features.Set(CallerIdentity.Identify(http.Request, settings));
        return null;
    }
}
