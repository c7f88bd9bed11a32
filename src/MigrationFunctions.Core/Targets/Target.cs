using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Core.Targets;

/// <summary>A target database with its ledger: they are one database, or nothing could commit together.</summary>
public sealed record Target : ReconciledTarget
{
    /// <summary>Indexes, foreign keys and statistics around a load.</summary>
    public required ITargetTables Tables { get; init; }

    /// <summary>What an auditor looks at.</summary>
    public required IValidationViews Validation { get; init; }

    /// <summary>What is planned and what is done.</summary>
    public required IBatchLedger Ledger { get; init; }

    /// <summary>Runs and their tenants.</summary>
    public required IRunStore Runs { get; init; }

    /// <summary>How all runs are doing.</summary>
    public required IRunMonitor Monitor { get; init; }

    /// <summary>Look-ups of legacy ids.</summary>
    public required ILegacyIdMapping LegacyIds { get; init; }

    /// <summary>What bounds runs.</summary>
    public required IRunLimits Limits { get; init; }

    /// <summary>How many rows there are.</summary>
    public required ITargetCounts Counts { get; init; }

    /// <summary>Who did what.</summary>
    public required IAuditLog Audit { get; init; }

    /// <summary>What reports show and nothing else asks for.</summary>
    public required IReportSource Reports { get; init; }
}

/// <summary>The targets by what runs may do to them.</summary>
public interface ITargets
{
    /// <summary>The target of that mode: rehearsals have their own.</summary>
    /// <exception cref="Errors.MigrationException">MIG4014: its connection setting is missing or malformed.</exception>
    Target For(RunMode mode);

    /// <summary>The target that knows the run, with the run; null when none does.</summary>
    Task<(Target Target, RunContext Run)?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The target that knows the reconciliation, with what it was asked; null when none does.</summary>
    Task<(Target Target, ReconciliationContext Context)?> FindReconciliationAsync(
        string id, CancellationToken cancellationToken);

    /// <summary>Every target that is configured.</summary>
    IReadOnlyList<Target> All { get; }
}
