namespace Microsoft.DurableTask;

/// <summary>
/// Decides whether a failed call is made again. Runs in the orchestrator, so it must be deterministic.
/// </summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>
/// As <see cref="RetryHandler"/>; may await what the orchestration's context hands out, a timer above all.
/// </summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);

/// <summary>The failure that a retry handler judges.</summary>
/// <param name="OrchestrationContext">The calling orchestration.</param>
/// <param name="LastAttemptNumber">1 after the first failure.</param>
/// <param name="LastFailure">The last attempt's failure.</param>
/// <param name="TotalRetryTime">Time since the first attempt began.</param>
/// <param name="CancellationToken">Never cancelled at present.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
