using LocalRuntime.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Engine;

/// <summary>
/// Runs one call of an activity and stores its answer. At least once: when the process ends before the answer is
/// stored, the call runs again after the next start.
/// </summary>
sealed class ActivityRunner(
    HistoryStore store,
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    PayloadConverter converter,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    LocalRuntimeOptions options)
{
    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Activities");

    /// <summary>
    /// The answer is stored when the task ends; false when nobody waits for it, or the host stops first.
    /// </summary>
    public async Task<bool> RunAsync(ActivityCall call, CancellationToken stopping)
    {
        options.OnSeam?.Invoke(RuntimeSeams.ActivityBeforeStart);
        Log.ActivityStarts(_logger, call.InstanceId, call.Name, call.TaskId);
        Message answer;
        try
        {
            answer = await AnswerAsync(call, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }

        options.OnSeam?.Invoke(RuntimeSeams.ActivityAfterRunBeforeHistory);
        var delivered = await store.CompleteActivityAsync(call, answer);
        options.OnSeam?.Invoke(RuntimeSeams.ActivityAfterHistory);
        return delivered;
    }

    async Task<Message> AnswerAsync(ActivityCall call, CancellationToken stopping)
    {
        if (catalog.Activity(call.Name) is not { } function)
        {
            return Failure(call, Failures.ToJson(Failures.Missing("activity", call.Name)));
        }

        using var span = Tracing.StartActivity(call);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = new LocalFunctionContext(function, scope.ServiceProvider, stopping);
            var result = await invoker.InvokeActivityAsync(function, context, call);
            return new Message(
                call.InstanceId,
                EventKind.TaskCompleted,
                call.TaskId,
                Data: converter.Serialize(result),
                Execution: call.Execution);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its answer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            span.Failed(failure);
            Log.ActivityFailed(_logger, failure, call.InstanceId, call.Name, call.TaskId);
            return Failure(call, Failures.ToJson(Failures.OfActivity(failure)));
        }
    }

    static Message Failure(ActivityCall call, string details) => new(
        call.InstanceId, EventKind.TaskFailed, call.TaskId, Data: details, Execution: call.Execution);
}
