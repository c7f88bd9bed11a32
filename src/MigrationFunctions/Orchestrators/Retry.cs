using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>How activities are retried: what may heal by itself, with growing pauses; everything else at once fails.</summary>
static class Retry
{
    /// <summary>How often at most.</summary>
    public const int Attempts = 6;

    const double Backoff = 2;
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static TaskOptions Transient { get; } = TaskOptions.FromRetryPolicy(
        new RetryPolicy(Attempts, First, Backoff, Longest) { HandleFailure = Failure.IsTransient });

    /// <summary>The wait after a number of failed attempts, as the policy has it.</summary>
    public static TimeSpan DelayAfter(int failures)
    {
        var delay = First * Math.Pow(Backoff, failures - 1);
        return delay < Longest ? delay : Longest;
    }
}
