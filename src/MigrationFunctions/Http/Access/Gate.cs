using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace MigrationFunctions.Http.Access;

/// <summary>A middleware that may answer a call by HTTP in place of its function. What is not called by HTTP passes; an HTTP
/// function that comes without its request does not.</summary>
abstract class Gate(HttpFunctions functions) : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var name = context.FunctionDefinition.Name;
        if (context.GetHttpContext() is not { } http)
            return functions.Contains(name)
                ? throw new InvalidOperationException($"Function '{name}' is called by HTTP, but came without a request.")
                : next(context);
        if (Refuse(functions.Get(name), http) is not { } refusal)
            return next(context);
        return refusal.WriteToAsync(http);
    }

    /// <summary>The answer, or null to let the call pass.</summary>
    protected abstract IActionResult? Refuse(HttpFunction function, HttpContext http);
}
