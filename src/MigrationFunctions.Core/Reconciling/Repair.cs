using System.Text.Json.Serialization;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>How to repair. The body of <c>POST /reconciliations/{id}/repair</c>.</summary>
public sealed record RepairRequest
{
    /// <summary>Do everything, count it, and roll it back.</summary>
    public bool DryRun { get; init; }

    /// <summary>Delete rows of the target that the source does not account for and that this manifest has written. Without it
    /// nothing is ever deleted.</summary>
    public bool DeleteExtra { get; init; }

    /// <summary>Delete also rows that the source does not account for and that this manifest has not written: rows that the new
    /// application or another manifest made, and rows under an id that is not the rule's.</summary>
    public bool DeleteForeign { get; init; }

    /// <summary>Whether anything may be deleted.</summary>
    [JsonIgnore]
    public bool DeletesAny => DeleteExtra || DeleteForeign;
}

/// <summary>A repair as its rows in schema <c>migration</c> show it.</summary>
/// <param name="FollowUp">The reconciliation that came after it; null for a dry run, and before there is one.</param>
public sealed record Repair(
    string RepairId, string ReconciliationId, bool DryRun, bool DeleteExtra, bool DeleteForeign, string State, string? Failure,
    string? FollowUp, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt, IReadOnlyList<RepairedSlice> Slices);

/// <summary>What a repair did to one tenant and entity, or would have done.</summary>
/// <param name="Written">Rows that were missing or different and are as the source has them now.</param>
/// <param name="Deleted">Rows that the source does not account for.</param>
/// <param name="Rejected">Rows that the target cannot hold; the ledger has them as rejected now.</param>
/// <param name="Remaining">Rows that were left alone: those that the source does not account for, and different ones that this
/// manifest has not written.</param>
public sealed record RepairedSlice(
    string Tenant, string Entity, long Written, long Deleted, long Rejected, long Remaining);

/// <summary>What a repair does.</summary>
public enum RepairStep
{
    /// <summary>Rows that are too many go, the dependent entities' first.</summary>
    Delete,

    /// <summary>Rows that are missing or different are written, in the order of their references.</summary>
    Write,
}
