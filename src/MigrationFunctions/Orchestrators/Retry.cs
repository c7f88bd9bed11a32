using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>How activities are retried: what may heal by itself, with growing pauses; everything else at once fails.</summary>
static class Retry
{
    const int Attempts = 6;

    public static TaskOptions Transient { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        Attempts, TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1))
    {
        HandleFailure = Failure.IsTransient,
    });
}
