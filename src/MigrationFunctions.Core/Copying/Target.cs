using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Mapping;

namespace MigrationFunctions.Core.Copying;

/// <summary>A target database with its ledger: they are one database, or nothing could commit together.</summary>
public sealed record Target(
    ITargetDatabase Database, ITargetTables Tables, IBatchLedger Ledger, IRunStore Runs, ILegacyIdMapping LegacyIds,
    IRunLimits Limits);

/// <summary>The targets by what runs may do to them.</summary>
public interface ITargets
{
    /// <summary>The target of that mode: rehearsals have their own.</summary>
    /// <exception cref="Errors.MigrationException">MIG4014: its connection setting is missing or malformed.</exception>
    Target For(RunMode mode);

    /// <summary>The target that knows the run, with the run; null when none does.</summary>
    Task<(Target Target, RunContext Run)?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Every target that is configured.</summary>
    IReadOnlyList<Target> All { get; }
}
