using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>Answers what a function throws. A coded failure is told as it is; of any other the caller learns a trace id, the
/// log everything.</summary>
sealed class FailureAnswers(ILogger<FailureAnswers> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (context.GetHttpContext() is { Response.HasStarted: false } http && !IsGone(http, e))
        {
            await Answer(context, e).WriteToAsync(http);
        }
    }

    IActionResult Answer(FunctionContext context, Exception failure)
    {
        switch (failure)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return SizeGate.Refusal;
            case BadHttpRequestException bad:
                return Json.Problems(bad.StatusCode, "The request is not valid.", [new Problem(
                    ErrorCodes.RequestMalformed, "request", $"The request cannot be read. {bad.Message}",
                    "Check what the client sends: HTTP/1.1 or later, and a body of JSON in UTF-8.")]);
            case MigrationException coded:
                Log.CallNotServed(logger, context.FunctionDefinition.Name, coded.Problem);
                return Json.Failed(coded);
        }
        Activity.Current?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
        var trace = Activity.Current?.TraceId.ToString() ?? context.InvocationId;
        Log.CallFailed(logger, failure, context.FunctionDefinition.Name, trace);
        return Json.Problems(StatusCodes.Status500InternalServerError, "The service failed.", [new Problem(
            ErrorCodes.ServiceFault, context.FunctionDefinition.Name, "It failed in a way that nobody foresaw.",
            $"Look for {trace} in the service's log.")], trace);
    }

    // There is nobody to answer.
    static bool IsGone(HttpContext http, Exception failure) =>
        failure is OperationCanceledException && http.RequestAborted.IsCancellationRequested;
}
