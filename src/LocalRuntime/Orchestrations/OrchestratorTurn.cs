using DurableTask.Core;
using DurableTask.Core.Command;
using DurableTask.Core.History;
using DurableTask.Core.Middleware;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// What the host does around each turn of an orchestrator: the turn's time is the host's clock's, an orchestrator that is
/// missing or stuck fails instead of waiting for ever.
/// </summary>
sealed class OrchestratorTurn(LocalRuntimeOptions options, ILoggerFactory loggers)
{
    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Orchestrations");

    public async Task RunAsync(DispatchMiddlewareContext dispatch, Func<Task> next)
    {
        var state = dispatch.GetProperty<OrchestrationRuntimeState>();
        var instance = state.OrchestrationInstance!.InstanceId;
        Stamp(state);
        if (IsSecondHalfOfContinueAsNew(dispatch.GetProperty<TaskOrchestrationWorkItem>(), state))
        {
            options.OnSeam?.Invoke(RuntimeSeams.ContinueAsNewBetween);
        }

        if (dispatch.GetProperty<TaskOrchestration>() is not FunctionOrchestration orchestration)
        {
            Fail(dispatch, state, Failures.Missing("orchestrator", state.Name));
            return;
        }

        orchestration.Parent = state.ParentInstance is { } parent
            ? new ParentOrchestrationInstance(parent.Name, parent.OrchestrationInstance.InstanceId)
            : null;
        try
        {
            await next();
        }
        finally
        {
            await orchestration.EndTurnAsync();
        }

        var end = dispatch.GetProperty<OrchestratorExecutionResult>().Actions
            .OfType<OrchestrationCompleteOrchestratorAction>().FirstOrDefault();
        if (end is null && orchestration.IsStuck)
        {
            Fail(dispatch, state, Failures.IllegalAwait);
        }
        else if (end is { OrchestrationStatus: OrchestrationStatus.Failed, FailureDetails: { } details })
        {
            Log.Failed(_logger, instance, state.Name, details.ErrorType, details.ErrorMessage);
        }
    }

    static bool IsSecondHalfOfContinueAsNew(TaskOrchestrationWorkItem item, OrchestrationRuntimeState state) =>
        state.PastEvents.Count == 0
        && state.OrchestrationInstance is { } instance
        && !item.NewMessages.Any(message =>
            message.Event is ExecutionStartedEvent && message.OrchestrationInstance.ExecutionId == instance.ExecutionId);

    void Stamp(OrchestrationRuntimeState state)
    {
        var now = options.TimeProvider.GetUtcNow().UtcDateTime;
        foreach (var started in state.NewEvents.OfType<OrchestratorStartedEvent>())
        {
            started.Timestamp = now;
        }
    }

    void Fail(DispatchMiddlewareContext dispatch, OrchestrationRuntimeState state, FailureDetails details)
    {
        Log.Failed(_logger, state.OrchestrationInstance!.InstanceId, state.Name, details.ErrorType, details.ErrorMessage);
        dispatch.SetProperty(new OrchestratorExecutionResult
        {
            Actions =
            [
                new OrchestrationCompleteOrchestratorAction
                {
                    OrchestrationStatus = OrchestrationStatus.Failed,
                    Result = details.ErrorMessage,
                    FailureDetails = details,
                },
            ],
        });
    }
}
