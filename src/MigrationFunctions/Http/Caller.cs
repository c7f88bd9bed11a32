using Microsoft.AspNetCore.Http;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http;

/// <summary>Who asks, for the audit log.</summary>
static class Caller
{
    /// <inheritdoc cref="CallerIdentity.Actor"/>
    public static string Of(HttpRequest request) => CallerIdentity.Of(request.HttpContext).Actor;
}
