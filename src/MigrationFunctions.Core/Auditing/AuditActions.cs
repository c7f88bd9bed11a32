namespace MigrationFunctions.Core.Auditing;

/// <summary>Names of what is audited.</summary>
public static class AuditActions
{
    /// <summary>A run was started; the detail is its mode.</summary>
    public const string Start = "start";

    /// <summary>A run's limits were changed; the detail is the change.</summary>
    public const string Adjust = "adjust";

    /// <summary>A tenant of a run has ended, with its counts.</summary>
    public const string TenantFinished = "tenantFinished";

    /// <summary>A run has ended, with its counts; the detail is the digest of all batches that it wrote.</summary>
    public const string Finished = "finished";

    /// <summary>A run or a repair has closed rejections of a tenant's entity, with counts of how; the detail is the
    /// entity.</summary>
    public const string Healed = "healed";

    /// <summary>A reconciliation was asked for; the detail is its depth.</summary>
    public const string Reconcile = "reconcile";

    /// <summary>A reconciliation has ended; the outcome is its verdict.</summary>
    public const string Reconciled = "reconciled";

    /// <summary>A repair was asked for; the detail is the reconciliation's id.</summary>
    public const string Repair = "repair";

    /// <summary>A repair has ended.</summary>
    public const string Repaired = "repaired";
}
