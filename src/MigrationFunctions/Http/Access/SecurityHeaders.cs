using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace MigrationFunctions.Http.Access;

/// <summary>Tells browsers and proxies to keep nothing, to guess nothing, and to load nothing.</summary>
sealed class SecurityHeaders : IFunctionsWorkerMiddleware
{
    const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    // The page of a report has its styles in itself, and neither script nor picture.
    const string Page = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = Nothing;
        await next(context);
        if (context.GetInvocationResult().Value is FileResult { ContentType: var type }
            && type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            headers.ContentSecurityPolicy = Page;
    }
}
