using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>How long what may heal by itself is tried again, with growing pauses. All else fails at once.</summary>
/// <param name="Attempts">At most so many, the first one included.</param>
/// <param name="LongestPause">What the pauses, doubled from a second on, grow to.</param>
sealed record Patience(int Attempts, TimeSpan LongestPause)
{
    // Nobody knows of a failure without a code whether it heals: it gets a few seconds.
    const int AttemptsWithoutCode = 4;

    /// <summary>Of work: 14 minutes. A failover or a maintenance restart of a database takes one to two.</summary>
    public static Patience OfWork { get; } = new(14, TimeSpan.FromMinutes(2));

    /// <summary>Of recording how work ended: three and a half hours, as it is in vain otherwise.</summary>
    public static Patience OfCompletion { get; } = new(30, TimeSpan.FromMinutes(10));

    /// <summary>How long to wait after a number of failed attempts, or null when there is to be none any more.</summary>
    public TimeSpan? PauseAfter(int failures, TaskFailureDetails failure) => failures < AttemptsFor(failure) ? Pause(failures) : null;

    /// <summary>The failure of the last attempt, with how long it was waited for if it was.</summary>
    public TaskFailedException GaveUp(int failures, TaskFailedException last)
    {
        if (failures == 1)
            return last;
        var waited = TimeSpan.FromTicks(Enumerable.Range(1, failures - 1).Sum(n => Pause(n).Ticks));
        var text = $"{last.FailureDetails.ErrorMessage} It was tried {failures} times, with pauses of {waited} together.";
        return new TaskFailedException(last.TaskName, last.TaskId, last.FailureDetails with { ErrorMessage = text });
    }

    int AttemptsFor(TaskFailureDetails failure) =>
        Failure.IsTransient(failure) ? Attempts : Failure.HasNoCode(failure) ? Math.Min(Attempts, AttemptsWithoutCode) : 1;

    TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromSeconds(1) * Math.Pow(2, failures - 1);
        return pause < LongestPause ? pause : LongestPause;
    }
}
