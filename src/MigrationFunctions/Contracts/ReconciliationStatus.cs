using Microsoft.DurableTask.Client;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Contracts;

/// <summary>A reconciliation as <c>GET /reconciliations/{id}</c> answers it.</summary>
/// <param name="Status">One of <see cref="States"/>; <c>interrupted</c> when nothing executes one that has not ended.</param>
/// <param name="IsEqual">Whether both sides are equal; null before the end, and where nobody knows.</param>
/// <param name="Differences">At most ten rows of each tenant and entity.</param>
public sealed record ReconciliationStatus(
    string ReconciliationId, string Manifest, Core.Model.RunMode Mode, ReconciliationDepth Depth, string Trigger,
    string Status, bool? IsEqual, string? Failure, int Seed, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt,
    IReadOnlyList<ReconciledSlice> Slices, IReadOnlyList<ReconciliationCheck> Checks,
    IReadOnlyList<RowDifference> Differences)
{
    /// <summary>Null before the end.</summary>
    public ReconciliationVerdict? Verdict { get; init; }

    /// <summary>What is missing from the verdict: slices that were not compared, checks that could not be made.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Differences that an answer shows of each tenant and entity, at most.</summary>
    public const int ShownDifferences = 10;

    public static ReconciliationStatus From(Reconciliation reconciliation, OrchestrationMetadata? instance)
    {
        var its = reconciliation.Summary;
        var isLost = its.State == States.Running && instance is null or { IsCompleted: true };
        return new ReconciliationStatus(
            its.ReconciliationId, its.Manifest, its.Mode, its.Depth, its.Trigger,
            its.State == States.Running && isLost ? States.Interrupted : its.State, its.IsEqual,
            its.Failure ?? instance?.FailureDetails?.ErrorMessage, its.Seed, its.RequestedAt, its.FinishedAt,
            reconciliation.Slices, reconciliation.Checks, reconciliation.Differences)
        {
            Verdict = its.Verdict, Unknown = its.Unknown,
        };
    }
}
