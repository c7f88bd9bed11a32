using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace MigrationFunctions.Http.Access;

/// <summary>A middleware that may answer a call by HTTP in place of its function. What is not called by HTTP passes.</summary>
abstract class Gate : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http || Refuse(context.FunctionDefinition.Name, http) is not { } refusal)
            return next(context);
        // Both hosts execute the result once the pipeline has ended, whoever set it.
        context.GetInvocationResult().Value = refusal;
        return Task.CompletedTask;
    }

    /// <summary>The answer, or null to let the call pass.</summary>
    protected abstract IActionResult? Refuse(string function, HttpContext http);
}
