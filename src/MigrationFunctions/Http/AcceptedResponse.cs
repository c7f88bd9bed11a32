using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http;

/// <summary>What every 202 answer says: where to ask, when to ask again, and how to manage the instance.</summary>
static class AcceptedResponse
{
    /// <summary>Sets Location and Retry-After.</summary>
    /// <returns>The address of what was begun.</returns>
    public static string At(HttpRequest request, PublicAddress address, string id)
    {
        var status = address.Of(request, id);
        request.HttpContext.Response.Headers.Location = status;
        request.HttpContext.Response.Headers.RetryAfter = "2";
        return status;
    }

    /// <summary>The management addresses of Durable Task. They hold a key that opens the whole task hub past every role and
    /// the audit log, so whoever is let in by a role gets none.</summary>
    public static ManagementUris? Management(
        HttpRequest request, IManagementEndpoints endpoints, DurableTaskClient client, string id) =>
        CallerIdentity.Of(request.HttpContext).HasPrincipal ? null : endpoints.Of(client, id);
}
