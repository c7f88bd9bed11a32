using System.Runtime.ExceptionServices;
using LocalRuntime.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Engine;

/// <summary>
/// The app's middleware around one turn of an orchestrator. As in Azure every turn is an invocation of its own, also one
/// that replays; <c>next</c> ends with the turn, and a middleware that fails, or does not call it, fails the instance.
/// </summary>
sealed class TurnMiddleware(FunctionPipeline pipeline, FunctionCatalog catalog, IServiceScopeFactory scopes)
{
    /// <summary>Null when the instance has no turn to run.</summary>
    public async Task<TurnOutcome?> RunAsync(InstanceRecord instance, bool asksForTurn, Func<TurnOutcome> turn)
    {
        if (!asksForTurn)
        {
            return null;
        }

        if (pipeline.IsEmpty || catalog.Orchestrator(instance.Name) is not { } function)
        {
            return turn();
        }

        TurnOutcome? outcome = null;
        ExceptionDispatchInfo? fault = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = new LocalFunctionContext(function, scope.ServiceProvider, CancellationToken.None);
            await pipeline.InvokeAsync(context, Run);
        }
#pragma warning disable CA1031 // Whatever a middleware throws is the end of the instance.
        catch (Exception failure) when (fault is null)
#pragma warning restore CA1031
        {
            return TurnOutcome.Failed(instance, failure);
        }

        fault?.Throw();
        return outcome ?? TurnOutcome.Failed(instance, new InvalidOperationException(
            $"A middleware did not let orchestrator '{instance.Name}' run."));

        // What the runtime itself throws is not the app's: the turn runs again.
        Task<object?> Run()
        {
            try
            {
                outcome = turn();
                return Task.FromResult<object?>(outcome.Output);
            }
            catch (Exception failure)
            {
                fault = ExceptionDispatchInfo.Capture(failure);
                throw;
            }
        }
    }
}
