namespace MigrationFunctions.Core.Errors;

/// <summary>A failure of the migration with a stable code. Its message may go into orchestration history, logs and
/// answers: it holds legacy keys, names of tables and counts, never a secret and never a person's data.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Creates the failure from a problem; the message begins with the code, so that the code survives as
    /// text where an exception crosses a process boundary as data.</summary>
    public MigrationException(Problem problem, bool isTransient = false, Exception? inner = null)
        : base(problem.ToString(), inner)
    {
        Problem = problem;
        IsTransient = isTransient;
    }

    /// <summary>What went wrong, where, and the remedy.</summary>
    public Problem Problem { get; }

    /// <summary>The stable code, for example <c>MIG3002</c>.</summary>
    public string Code => Problem.Code;

    /// <summary>True when the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; }
}
