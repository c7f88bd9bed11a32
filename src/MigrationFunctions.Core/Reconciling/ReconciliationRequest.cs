using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>What to reconcile. The body of <c>POST /reconciliations</c>.</summary>
public sealed record ReconciliationRequest : ISelection
{
    /// <summary>Name of a manifest in the manifest folder.</summary>
    public required string Manifest { get; init; }

    /// <summary>Whose target: <c>full</c> or <c>rehearsal</c>.</summary>
    public RunMode Mode { get; init; } = RunMode.Full;

    /// <summary>How closely to compare.</summary>
    public ReconciliationDepth Depth { get; init; } = ReconciliationDepth.Digest;

    /// <summary>Legacy keys of tenants; all when absent.</summary>
    public IReadOnlyList<string>? Tenants { get; init; }

    /// <summary>Entities; all when absent.</summary>
    public IReadOnlyList<string>? Entities { get; init; }

    /// <summary>Rows that a sample draws from each side of each tenant and entity; 100 when absent.</summary>
    public int? SampleSize { get; init; }

    /// <summary>What the sample is drawn by; drawn itself when absent.</summary>
    public int? Seed { get; init; }
}
