namespace MigrationFunctions.Core.Ledger;

/// <summary>The states of runs, tenants, reconciliations and repairs, as stored and as answered.</summary>
public static class States
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Suspended = "suspended";
    public const string Interrupted = "interrupted";
    public const string Completed = "completed";
    public const string CompletedWithRejects = "completedWithRejects";
    public const string Failed = "failed";
    public const string Terminated = "terminated";

    /// <summary>Told to end, with transactions that are still in flight.</summary>
    public const string Terminating = "terminating";
}
