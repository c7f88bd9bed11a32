using System.Diagnostics;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Middleware;
using LocalRuntime.Functions;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// Runs a call of an activity function. At least once: when the process ends before the answer is stored, the call runs again.
/// </summary>
sealed class ActivityCalls(
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    PayloadConverter converter,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers)
{
    /// <summary>
    /// Stands where an answer would, when a stop cut the call off: it is given back, and never stored. An exception would be told
    /// as a fault of the host.
    /// </summary>
    public static readonly HistoryEvent CutOff = new TaskFailedEvent(-1, -1, "The host stopped.", null, null);

    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Activities");

    /// <summary>Whatever the activity throws is its answer; a stop of the host makes it <see cref="CutOff"/>.</summary>
    public async Task RunAsync(DispatchMiddlewareContext dispatch, CancellationToken stopping)
    {
        var call = dispatch.GetProperty<TaskScheduledEvent>();
        var instance = dispatch.GetProperty<OrchestrationInstance>().InstanceId;
        var answer = await AnswerAsync(new Call(call, call.Name!, instance), stopping);
        dispatch.SetProperty(new ActivityExecutionResult { ResponseEvent = answer });
    }

    async Task<HistoryEvent> AnswerAsync(Call call, CancellationToken stopping)
    {
        Log.ActivityStarts(_logger, call.InstanceId, call.Name, call.TaskId);
        if (catalog.Activity(call.Name.Name) is not { } function)
        {
            return Failed(call, Failures.Missing("activity", call.Name.Name));
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = new LocalFunctionContext(function, scope.ServiceProvider, stopping);
            var result = await invoker.InvokeActivityAsync(function, context, call, call.Input);
            return new TaskCompletedEvent(-1, call.TaskId, converter.Serialize(result));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return CutOff;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its answer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Activity.Current.Failed(failure);
            Log.ActivityFailed(_logger, failure, call.InstanceId, call.Name, call.TaskId);
            return Failed(call, Failures.OfActivity(failure));
        }
    }

    static TaskFailedEvent Failed(Call call, FailureDetails details) =>
        new(-1, call.TaskId, details.ErrorMessage, null, details);

    sealed class Call(TaskScheduledEvent scheduled, string name, string instanceId) : TaskActivityContext
    {
        /// <summary>DurableTask.Core writes arguments as an array; the official shims pass one, and take it out as here.</summary>
        public string? Input => scheduled.Input is ['[', .. var input, ']'] ? input : scheduled.Input;

        public int TaskId => scheduled.EventId;

        public override TaskName Name => name;

        public override string InstanceId => instanceId;

        public override string Version => scheduled.Version ?? string.Empty;
    }
}
