using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace MigrationFunctions.Http.Access;

/// <summary>401 or 403 unless the caller has the role that the function requires.</summary>
sealed class RoleGate(HttpFunctions functions, ILogger<RoleGate> logger) : Gate(functions)
{
    protected override IActionResult? Refuse(HttpFunction function, HttpContext http)
    {
        var caller = CallerIdentity.Of(http);
        var refusal = caller.Refuse(function.Required!.Value, http);
        if (refusal is not null)
            Log.CallRefused(logger, function.Name, caller.Key, $"it needs role {function.Required}");
        return refusal;
    }
}
