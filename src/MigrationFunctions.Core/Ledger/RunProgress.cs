using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Ledger;

/// <summary>A run as the ledger shows it.</summary>
public sealed record RunProgress(
    RunSummary Run,
    string? Failure,
    IReadOnlyList<Problem> Findings,
    IReadOnlyDictionary<string, long> Unassigned,
    IReadOnlyList<TenantProgress> Tenants)
{
    /// <summary>The database's time when it was asked.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>A run in one line.</summary>
public sealed record RunSummary(
    string RunId, string Manifest, RunMode Mode, string State,
    DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt);

/// <summary>A tenant of a run with its entities' figures.</summary>
public sealed record TenantProgress(
    string Tenant, Guid TenantId, string? Name, string State, string? Failure, IReadOnlyList<SliceTotals> Entities)
{
    /// <summary>What the run has done, and has to do, by entity; entities of which nothing is known are absent.</summary>
    public IReadOnlyList<SliceWork> Work { get; init; } = [];
}
