using Microsoft.DurableTask;

namespace LocalRuntime.Engine;

/// <summary>Retries of calls: each attempt and each wait is a durable operation of its own.</summary>
sealed partial class LocalOrchestrationContext
{
    async Task<T> WithRetries<T>(TaskName name, TaskOptions? options, Func<PendingOperation<T>> begin)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        EnsureTurnThread();
        return options?.Retry switch
        {
            { Policy: { } policy } => await WithPolicy(policy, begin),
            { Handler: { } handler } => await WithHandler(handler, begin),
            _ => await begin().Task,
        };
    }

    async Task<T> WithPolicy<T>(RetryPolicy policy, Func<PendingOperation<T>> begin)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await begin().Task;
            }
            catch (TaskFailedException failed) when (attempt < policy.MaxNumberOfAttempts && policy.Handle(failed))
            {
                failure = failed;
            }

            if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && CurrentUtcDateTime >= first + policy.RetryTimeout)
            {
                throw failure;
            }

            await CreateTimer(CurrentUtcDateTime + Delay(policy, attempt), CancellationToken.None);
        }
    }

    async Task<T> WithHandler<T>(AsyncRetryHandler handler, Func<PendingOperation<T>> begin)
    {
        var first = CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await begin().Task;
            }
            catch (TaskFailedException failed)
            {
                failure = failed;
            }

            var again = await handler(new RetryContext(
                this, attempt, failure.FailureDetails, CurrentUtcDateTime - first, CancellationToken.None));
            if (!again)
            {
                throw failure;
            }
        }
    }

    static TimeSpan Delay(RetryPolicy policy, int failures)
    {
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(
            policy.BackoffCoefficient, failures - 1);
        var bound = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        return milliseconds < bound.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : bound;
    }
}
