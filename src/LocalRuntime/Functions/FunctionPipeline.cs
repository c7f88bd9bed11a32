using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Functions;

/// <summary>
/// The app's middleware around whatever is invoked: a function started by HTTP or timer, an activity, or an orchestrator,
/// around which it replays too. First registered is outermost, as in the worker's DefaultInvocationPipelineBuilder.
/// </summary>
sealed class FunctionPipeline
{
    readonly FunctionExecutionDelegate _invoke;

    FunctionPipeline(IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        FunctionExecutionDelegate function = context => ((LocalFunctionContext)context).ExecuteAsync();
        _invoke = middleware.Reverse().Aggregate(function, (next, wrap) => wrap(next));
    }

    /// <summary>The pipeline that <paramref name="configure"/> describes; its services go into the host's.</summary>
    public static FunctionPipeline Of(
        IServiceCollection services, Action<IFunctionsWorkerApplicationBuilder>? configure)
    {
        var builder = new Builder(services);
        configure?.Invoke(builder);
        return new FunctionPipeline(builder.Middleware);
    }

    /// <summary>
    /// Invokes <paramref name="function"/> through all middleware; null when a middleware kept it from running.
    /// </summary>
    public async Task<object?> InvokeAsync(LocalFunctionContext context, Func<Task<object?>> function)
    {
        context.Function = function;
        await _invoke(context);
        return context.Result;
    }

    sealed class Builder(IServiceCollection services) : IFunctionsWorkerApplicationBuilder
    {
        public List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middleware { get; } = [];

        public IServiceCollection Services => services;

        public IFunctionsWorkerApplicationBuilder Use(
            Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
        {
            Middleware.Add(middleware);
            return this;
        }
    }
}
