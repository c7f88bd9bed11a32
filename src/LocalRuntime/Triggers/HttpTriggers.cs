using System.Globalization;
using LocalRuntime.Functions;
using LocalRuntime.Orchestrations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Triggers;

/// <summary>
/// HTTP functions as endpoints: routes and methods as their triggers say, keys checked before anything is bound.
/// </summary>
static class HttpTriggers
{
    static readonly string[] AnyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public static void Map(WebApplication app)
    {
        var invoker = app.Services.GetRequiredService<TaskHubHost>().Invoker;
        var prefix = app.Services.GetRequiredService<HostSettings>().RoutePrefix.Trim('/');
        foreach (var function in app.Services.GetRequiredService<FunctionCatalog>().Of(FunctionKind.Http))
        {
            var trigger = (HttpTriggerAttribute)function.TriggerAttribute;
            var path = (trigger.Route ?? function.Name).Trim('/');
            var route = prefix.Length == 0 ? "/" + path : $"/{prefix}/{path}";
            var methods = trigger.Methods is { Length: > 0 } given
                ? given.Select(method => method.ToUpper(CultureInfo.InvariantCulture))
                : AnyMethod;
            app.MapMethods(route, methods, context => HandleAsync(context, function, trigger, invoker))
                .WithDisplayName(function.Name);
        }
    }

    static async Task HandleAsync(
        HttpContext http, FunctionDescriptor function, HttpTriggerAttribute trigger, FunctionInvoker invoker)
    {
        var keys = http.RequestServices.GetRequiredService<LocalRuntimeKeys>();
        if (trigger.AuthLevel != AuthorizationLevel.Anonymous && !IsOpenedBy(http.Request, keys.FunctionKey))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var context = new LocalFunctionContext(function, http.RequestServices, http.RequestAborted);
        context.Items[LocalFunctionContext.HttpContextKey] = http;
        using var span = Tracing.StartFunction(context);
        try
        {
            var result = await invoker.InvokeAsync(function, context, parameter => Bind(http, parameter));
            await WriteAsync(http, result);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (BadHttpRequestException failure)
        {
            await ProblemAsync(http, failure.StatusCode, failure.Message);
        }
#pragma warning disable CA1031 // Whatever a function throws is answered without its inside.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("LocalRuntime.Http");
            Log.HttpFailed(logger, failure, function.Name);
            span.Failed(failure);
            await ProblemAsync(
                http,
                StatusCodes.Status500InternalServerError,
                $"Function '{function.Name}' failed. Its host's log says why.");
        }
    }

    /// <summary>By the key in the header; by that of the query only where there is no header, as the Functions host has
    /// it.</summary>
    public static bool IsOpenedBy(HttpRequest request, string key) => LocalRuntimeKeys.Matches(
        request.Headers["x-functions-key"].FirstOrDefault() ?? request.Query["code"].FirstOrDefault(), key);

    public static Task ProblemAsync(HttpContext http, int status, string detail)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        http.Response.Clear();
        return Results.Problem(detail, statusCode: status).ExecuteAsync(http);
    }

    static Bound? Bind(HttpContext http, System.Reflection.ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(HttpRequest))
        {
            return new Bound(http.Request);
        }

        if (!http.Request.RouteValues.TryGetValue(parameter.Name!, out var value))
        {
            return IsOptional(http, parameter.Name!) ? new Bound(null) : null;
        }

        try
        {
            return new Bound(
                FunctionInvoker.Parse(Convert.ToString(value, CultureInfo.InvariantCulture), parameter.ParameterType));
        }
        catch (Exception failure)
            when (failure is FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            throw new BadHttpRequestException(
                $"Route value '{parameter.Name}' is not a {parameter.ParameterType.Name}.", failure);
        }
    }

    static bool IsOptional(HttpContext http, string name) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern }
        && pattern.GetParameter(name) is { IsOptional: true };

    static Task WriteAsync(HttpContext http, object? result) => result switch
    {
        IActionResult action => action.ExecuteResultAsync(
            new ActionContext(http, http.GetRouteData(), new ActionDescriptor())),
        IResult minimal => minimal.ExecuteAsync(http),
        null => Task.CompletedTask,
        string text => http.Response.WriteAsync(text, http.RequestAborted),
        _ => http.Response.WriteAsJsonAsync(result, http.RequestAborted),
    };
}
