namespace LocalRuntime;

/// <summary>Places between an effect and its record, where a crash is most telling. The names are stable.</summary>
public static class RuntimeSeams
{
    public const string ActivityBeforeStart = "runtime.activity.before-start";
    public const string ActivityAfterRunBeforeHistory = "runtime.activity.after-run-before-history";
    public const string ActivityAfterHistory = "runtime.activity.after-history";
    public const string TurnAfterFetch = "runtime.turn.after-fetch";
    public const string TurnBeforeCommit = "runtime.turn.before-commit";
    public const string TurnAfterCommit = "runtime.turn.after-commit";
    public const string StartBeforeCommit = "runtime.start.before-commit";
    public const string StartAfterCommit = "runtime.start.after-commit";
    public const string ContinueAsNewBetween = "runtime.continue-as-new.between";
    public const string ContinueAsNewBeforeCommit = "runtime.continue-as-new.before-commit";
    public const string SuspendBeforeCommit = "runtime.suspend.before-commit";
    public const string SuspendAfterCommit = "runtime.suspend.after-commit";
    public const string ResumeAfterCommit = "runtime.resume.after-commit";
    public const string EventBeforeCommit = "runtime.event.before-commit";

    /// <summary>Every seam, in the order above.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ActivityBeforeStart,
        ActivityAfterRunBeforeHistory,
        ActivityAfterHistory,
        TurnAfterFetch,
        TurnBeforeCommit,
        TurnAfterCommit,
        StartBeforeCommit,
        StartAfterCommit,
        ContinueAsNewBetween,
        ContinueAsNewBeforeCommit,
        SuspendBeforeCommit,
        SuspendAfterCommit,
        ResumeAfterCommit,
        EventBeforeCommit,
    ];
}
