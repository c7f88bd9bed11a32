using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http.OpenApi;

/// <summary>Describes the API to machines.</summary>
public sealed class OpenApi(IConfiguration configuration)
{
    const string DocumentRoute = "openapi.json";

    /// <summary>OpenAPI 3.1 of every function that is called by HTTP.</summary>
    [Function(nameof(DescribeApi))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(object))]
    public IActionResult DescribeApi(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = DocumentRoute)] HttpRequest request)
    {
        var path = request.Path.Value!.Trim('/');
        return Json.Ok(ApiDocument.Of(
            HttpFunctions.OfApp(), path[..^DocumentRoute.Length].Trim('/'), AccessSettings.Read(configuration).Authentication));
    }
}
