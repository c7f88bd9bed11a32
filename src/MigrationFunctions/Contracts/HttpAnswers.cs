using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Contracts;

/// <summary>Answer of <c>GET /health/live</c>.</summary>
public sealed record Liveness(string Status);

/// <summary>Answer of <c>GET /health/connections</c>.</summary>
/// <param name="Connections">How each connection authenticates; null of a service that is older.</param>
public sealed record HealthReport(
    string Status, SourceFacts Source, TargetFacts Target, IReadOnlyList<ConnectionStatus>? Connections = null)
{
    /// <summary>The target of rehearsals; null where none is set.</summary>
    public TargetFacts? Rehearsal { get; init; }
}

/// <summary>Answer of <c>GET /manifests</c>.</summary>
public sealed record ManifestList(IReadOnlyList<ManifestListing> Manifests);

/// <summary>Answer of <c>POST /manifests/validate</c> to a valid manifest.</summary>
public sealed record ValidManifest(bool Valid, string Name, string Fingerprint);

/// <summary>Answer of <c>POST /migrations</c>.</summary>
/// <param name="Management">The management addresses of Durable Task; they hold a key. Null for callers whose roles count.</param>
public sealed record AcceptedMigration(
    string RunId, string Status, string StatusUri, int Tenants, ManagementUris? Management);

/// <summary>Answer of <c>GET /migrations</c>.</summary>
public sealed record MigrationList(IReadOnlyList<RunSummary> Migrations);

/// <summary>Answer of <c>POST /migrations/{runId}/suspend</c>, <c>resume</c> and <c>terminate</c>.</summary>
/// <param name="Status"><c>terminating</c> while something of a terminated run may still commit.</param>
public sealed record SteeredMigration(string RunId, string Status)
{
    /// <summary>What is still in flight; absent when nothing is.</summary>
    public string? WaitsFor { get; init; }
}

/// <summary>Answer of <c>GET /reconciliations</c>.</summary>
public sealed record ReconciliationList(IReadOnlyList<ReconciliationSummary> Reconciliations);

/// <summary>Answer of <c>POST /reconciliations</c>.</summary>
/// <param name="Management">Likewise.</param>
public sealed record AcceptedReconciliation(
    string ReconciliationId, string Status, string StatusUri, int Seed, ManagementUris? Management);

/// <summary>A failure as RFC 9457 and this API tell it.</summary>
/// <param name="TraceId">By which the service's log tells more, or null.</param>
public sealed record ProblemAnswer(string Type, string Title, int Status, IReadOnlyList<Problem> Problems, string? TraceId);
