using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace MigrationFunctions.Http.Access;

/// <summary>401 or 403 unless the caller has the role that the function requires.</summary>
sealed class RoleGate(HttpFunctions functions) : Gate
{
    protected override IActionResult? Refuse(string function, HttpContext http) =>
        CallerIdentity.Of(http).Refuse(functions.Get(function).Required!.Value, http);
}
