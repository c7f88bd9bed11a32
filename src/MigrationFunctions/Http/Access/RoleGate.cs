using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace MigrationFunctions.Http.Access;

/// <summary>401 or 403 unless the caller has the role that the function requires.</summary>
sealed class RoleGate(HttpFunctions functions, ILogger<RoleGate> logger) : Gate(functions)
{
    protected override IActionResult? Refuse(HttpFunction function, HttpContext http) =>
        CallerIdentity.Of(http).Refuse(function.Required!.Value, function.Name, http, logger);
}
