namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of an invocation: what is awaited ends when the function, or the turn of an orchestrator, has.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);

/// <summary>
/// Stands around every invocation of every function. One instance serves all invocations at once. A middleware that
/// does not call <c>next</c> keeps the function from running.
/// </summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
