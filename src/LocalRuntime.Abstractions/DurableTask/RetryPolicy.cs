using System.ComponentModel;

namespace Microsoft.DurableTask;

/// <summary>
/// Retries of a failed activity or sub-orchestration, waited for by durable timers: the n-th wait is
/// <c>FirstRetryInterval * BackoffCoefficient^(n-1)</c>, at most <see cref="MaxRetryInterval"/>.
/// </summary>
public class RetryPolicy
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// Fewer than one attempt, a first interval that is not positive, a coefficient below 1, a maximal interval or a
    /// time-out shorter than the first interval.
    /// </exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
        Handle = _ => true;
    }

    /// <summary>Attempts in all, the first one included.</summary>
    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    /// <summary>One hour unless given; infinite means no bound.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>After this time from the first attempt there is no further one; infinite unless given.</summary>
    public TimeSpan RetryTimeout { get; }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle { get; private init; }

    [Obsolete("This functionality is not implemented. Will be removed in the future. "
        + "Use TaskOptions.FromRetryHandler or HandleFailure instead.")]
    public Func<Exception, Task<bool>>? HandleAsync { get; set; }

    /// <summary>
    /// Asked about each failure: false makes it final. Runs in the orchestrator, so it must be deterministic.
    /// </summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => Handle = failure => value(
            (failure as TaskFailedException)?.FailureDetails ?? TaskFailureDetails.FromException(failure));
    }

    static void ThrowIfShorter(TimeSpan? value, TimeSpan first, string name)
    {
        if (value < first && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"The value for {name} must be greater or equal to the value for firstRetryInterval.");
        }
    }
}
