using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Contracts;

/// <summary>Which repair of which reconciliation, and how.</summary>
/// <param name="TaskHub">What executes it.</param>
public sealed record RepairRef(string RepairId, ReconciliationRef Reconciliation, RepairRequest Request, string TaskHub = "");

/// <summary>Asks for a page of the slices to repair, in the order of a step.</summary>
public sealed record RepairPageRequest(RepairRef Repair, RepairStep Step, int From, int Count);

/// <summary>A slice to repair.</summary>
public sealed record RepairSliceRef(RepairRef Repair, RepairStep Step, ReconciliationItem Item);

/// <summary>A repair's end, to be recorded.</summary>
public sealed record RepairEnd(RepairRef Repair, string? Failure);

/// <summary>Answer of <c>POST /reconciliations/{id}/repair</c>.</summary>
public sealed record StartedRepair(string RepairId, string ReconciliationId, string Status);

/// <summary>A repair as <c>GET /reconciliations/{id}/repair</c> answers it.</summary>
/// <param name="Status">One of <see cref="States"/>; <c>interrupted</c> when nothing executes one that has not ended.</param>
/// <param name="FollowUp">The reconciliation that came after it.</param>
/// <param name="IsEqual">Whether that found both sides equal; null before its end, for a dry run, and where nobody knows.</param>
public sealed record RepairStatus(
    string RepairId, string ReconciliationId, bool DryRun, bool DeleteExtra, bool DeleteForeign, string Status, string? Failure,
    string? FollowUp, bool? IsEqual, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt,
    IReadOnlyList<RepairedSlice> Slices)
{
    /// <summary>The verdict of the reconciliation that came after it; null before its end, and for a dry run.</summary>
    public ReconciliationVerdict? Verdict { get; init; }

    /// <summary>What is missing from that verdict.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
