using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace MigrationFunctions.Http.Access;

/// <summary>Tells browsers and proxies to keep nothing, to guess nothing, and to load nothing.</summary>
sealed class SecurityHeaders : IFunctionsWorkerMiddleware
{
    const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    // The page of a report has its styles in itself, and neither script nor picture.
    const string Page = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
            return next(context);
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        http.Response.OnStarting(() =>
        {
            headers.ContentSecurityPolicy = IsPage(http.Response) ? Page : Nothing;
            return Task.CompletedTask;
        });
        return next(context);
    }

    static bool IsPage(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
