using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Starting;

/// <summary>What to start. The body of <c>POST /migrations</c>.</summary>
public sealed record StartRequest : ISelection
{
    /// <summary>Name of a manifest in the manifest folder.</summary>
    public required string Manifest { get; init; }

    /// <summary>What the run may do to the target.</summary>
    public RunMode Mode { get; init; } = RunMode.DryRun;

    /// <summary>Legacy keys of tenants; all when absent.</summary>
    public IReadOnlyList<string>? Tenants { get; init; }

    /// <summary>Entities; all when absent.</summary>
    public IReadOnlyList<string>? Entities { get; init; }

    /// <summary>Options that differ from the manifest's for this run.</summary>
    public MigrationOptionOverrides? Options { get; init; }
}
