using LocalRuntime.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Engine;

/// <summary>
/// Takes one instance through one turn: messages in, orchestrator's code, one commit of history and outgoing messages.
/// A crash before the commit leaves all as it was; the turn then runs again from history.
/// </summary>
sealed class TurnRunner(
    HistoryStore store,
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    PayloadConverter converter,
    SessionCache sessions,
    TurnMiddleware middleware,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    LocalRuntimeOptions options,
    Action<string> signal)
{
    readonly ILogger _logger = loggers.CreateLogger("LocalRuntime.Orchestrations");
    long _rowsReplayed;
    long _replays;
    long _turns;

    /// <summary>History rows read for replay, replays, and turns so far.</summary>
    public (long RowsReplayed, long Replays, long Turns) Counts =>
        (Interlocked.Read(ref _rowsReplayed), Interlocked.Read(ref _replays), Interlocked.Read(ref _turns));

    /// <summary>Null when the instance had nothing to do.</summary>
    public async Task<CommitEffects?> RunAsync(string id)
    {
        var session = sessions.Take(id);
        var keep = false;
        try
        {
            var now = options.TimeProvider.GetUtcNow().UtcDateTime;
            var messages = store.DueMessages(id, now);
            if (store.Find(id) is not { IsCompleted: false } instance)
            {
                await store.DeleteMessagesAsync([.. messages.Select(message => message.Sequence)]);
                return null;
            }

            if (session?.Execution != instance.Execution || session.Turns != instance.Turns)
            {
                session?.Dispose();
                session = null;
            }

            var inbox = Inbox.Sort(instance, messages);
            if (inbox.Consumed.Count == 0 && session?.LeftTurnThread != true)
            {
                keep = session is not null;
                return null;
            }

            var commit = inbox.Termination is { } termination
                ? Terminate(instance, inbox, termination, now)
                : Advance(instance, inbox, now, await middleware.RunAsync(instance, AsksForTurn(), Turn));
            var effects = await CommitAsync(commit, inbox);
            keep = options.ExtendedSessions
                && session is not null
                && !commit.Instance.IsCompleted
                && commit.NextExecution is null;
            return effects;

            bool AsksForTurn() => inbox.Deliver.Count > 0 || session?.LeftTurnThread == true;

            TurnOutcome Turn() => Run(instance, inbox, now, ref session);
        }
        finally
        {
            if (keep)
            {
                sessions.Put(id, session!);
            }
            else
            {
                session?.Dispose();
            }
        }
    }

    async Task<CommitEffects> CommitAsync(TurnCommit commit, Inbox inbox)
    {
        if (commit.NextExecution is not null)
        {
            options.OnSeam?.Invoke(RuntimeSeams.ContinueAsNewBeforeCommit);
        }

        var children = ChildSpans.Begin(ref commit);
        options.OnSeam?.Invoke(RuntimeSeams.TurnBeforeCommit);
        var effects = await store.CommitTurnAsync(commit);
        children?.Show();
        Interlocked.Increment(ref _turns);
        options.OnSeam?.Invoke(RuntimeSeams.TurnAfterCommit);
        var instance = commit.Instance;
        Log.Turn(_logger, instance.Id, instance.Turns, inbox.Deliver.Count, commit.History.Count - inbox.Deliver.Count);
        if (instance.IsCompleted)
        {
            Log.Ended(_logger, instance.Id, instance.Name, instance.Status.ToString());
            Tracing.Ended(instance);
        }

        return effects;
    }

    static TurnCommit Terminate(InstanceRecord instance, Inbox inbox, Message termination, DateTime now)
    {
        var ended = instance with
        {
            Status = OrchestrationRuntimeStatus.Terminated,
            Output = termination.Data,
            Updated = now,
        };
        var failure = new TaskFailureDetails(
            "DurableTask.Core.Exceptions.OrchestrationTerminatedException",
            $"The orchestration '{instance.Id}' was terminated.",
            null,
            null,
            null);
        return new TurnCommit
        {
            Instance = ended,
            Consumed = inbox.Consumed,
            History = [],
            Activities = [],
            Messages = [.. TurnActions.Answer(ended, Failures.ToJson(failure))],
            Children = [],
            TerminateChildren = termination.TaskId == 1,
        };
    }

    TurnCommit Advance(InstanceRecord instance, Inbox inbox, DateTime now, TurnOutcome? outcome)
    {
        var status = inbox.Suspended
            ? OrchestrationRuntimeStatus.Suspended
            : instance.Turns > 0 || inbox.Deliver.Count > 0
                ? OrchestrationRuntimeStatus.Running
                : OrchestrationRuntimeStatus.Pending;
        if (outcome is null)
        {
            return TurnActions.OnlyStatus(instance with { Status = status, Updated = now }, inbox);
        }

        if (outcome.Failure is { } details)
        {
            Log.Failed(_logger, instance.Id, instance.Name, details.ErrorType, details.ErrorMessage);
        }

        return TurnActions.Commit(instance, inbox, outcome, status, now);
    }

    TurnOutcome Run(InstanceRecord instance, Inbox inbox, DateTime now, ref OrchestrationSession? session)
    {
        try
        {
            session ??= Open(instance);
            return session.Run(now, inbox.Deliver);
        }
        catch (NonDeterministicOrchestrationException failure)
        {
            return TurnOutcome.Failed(instance, failure);
        }
    }

    OrchestrationSession Open(InstanceRecord instance)
    {
        var scope = scopes.CreateScope();
        var session = new OrchestrationSession(
            instance, converter, loggers, Orchestrator(instance, scope), scope, () => signal(instance.Id));
        if (instance.Turns > 0)
        {
            var history = store.History(instance.Id);
            Interlocked.Add(ref _rowsReplayed, history.Count);
            Interlocked.Increment(ref _replays);
            Log.Replayed(_logger, instance.Id, history.Count);
            try
            {
                session.Replay(history);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }

        return session;
    }

    Func<TaskOrchestrationContext, Task<object?>> Orchestrator(InstanceRecord instance, IServiceScope scope)
    {
        if (catalog.Orchestrator(instance.Name) is not { } function)
        {
            return _ => Task.FromException<object?>(new MissingOrchestratorException(instance.Name));
        }

        var context = new LocalFunctionContext(function, scope.ServiceProvider, CancellationToken.None);
        return orchestration => invoker.InvokeOrchestratorAsync(function, context, orchestration, instance.Input);
    }

    sealed class MissingOrchestratorException(string name) : Exception, ITaskFailure
    {
        TaskFailureDetails ITaskFailure.Details => Failures.Missing("orchestrator", name);
    }
}
