using System.Text.RegularExpressions;
using LocalPostgres;
using Migrate.Client;
using Migrate.Commands;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Starting;

namespace Migrate;

/// <summary>What every command says to the script that called it.</summary>
public static partial class ExitCodes
{
    /// <summary>Done; a finished run is conserved and stayed within its reject limit.</summary>
    public const int Done = 0;

    /// <summary>Finished, but not equal or not known to be, or more rows were rejected than allowed.</summary>
    public const int NotEqual = 1;

    /// <summary>Wrong use, an invalid manifest, or refused settings: nothing was started.</summary>
    public const int WrongUse = 2;

    /// <summary>The service or a database cannot be reached, or refuses the caller.</summary>
    public const int CannotConnect = 3;

    /// <summary>The run failed, was stopped, or nothing executes it; or the service failed.</summary>
    public const int Failed = 4;

    /// <summary>Refused because of a conflict: another run holds a tenant, the manifest changed, the run has
    /// ended.</summary>
    public const int Conflict = 5;

    /// <summary>Stopped by Ctrl+C or SIGTERM, as shells have it (128 + SIGINT). The run itself goes on.</summary>
    public const int Interrupted = 130;

    /// <summary>The verdict on a run. One that goes on has none yet: the question was answered, so 0.</summary>
    public static int Of(MigrationStatus run) => run.Status switch
    {
        States.Completed or States.CompletedWithRejects => run.IsConserved ? Done : NotEqual,
        States.Failed => OfFailure(run),
        States.Terminated or States.Interrupted => Failed,
        _ => Done,
    };

    /// <summary>The verdict on a reconciliation: where nobody knows it is as if the sides were not equal.</summary>
    public static int Of(ReconciliationStatus reconciliation) => reconciliation.Status switch
    {
        States.Completed or States.Failed => reconciliation.IsEqual == true ? Done : NotEqual,
        States.Terminated or States.Interrupted => Failed,
        _ => Done,
    };

    /// <summary>The verdict on a repair: that of the reconciliation that followed it.</summary>
    public static int Of(RepairStatus repair) => repair.Status switch
    {
        States.Completed => repair.DryRun || repair.IsEqual == true ? Done : NotEqual,
        States.Failed or States.Terminated or States.Interrupted => Failed,
        _ => Done,
    };

    /// <summary>The verdict on the audit log.</summary>
    public static int Of(AuditVerdict audit) => audit.IsIntact ? Done : NotEqual;

    /// <summary>The verdict on a command that did not get through.</summary>
    public static int Of(Exception failure) => failure switch
    {
        UsageException or SettingsException => WrongUse,
        ServiceException e => OfService(e),
        MigrationException e => OfCodes([e.Code]),
        PostgresUnavailableException => CannotConnect,
        OperationCanceledException => Interrupted,
        _ => Failed,
    };

    static int OfService(ServiceException e) => e.Status switch
    {
        null or 401 or 403 or 408 or 429 or 503 => CannotConnect,
        409 => Conflict,
        422 => OfCodes(e.Problems.Select(p => p.Code)),
        >= 200 and < 300 => CannotConnect,
        >= 300 and < 500 => WrongUse,
        _ => Failed,
    };

    static int OfFailure(MigrationStatus run)
    {
        // A run's own failure quotes its first tenant's only; every tenant has a say.
        var texts = run.Tenants.Select(t => t.Failure).Append(run.Failure).OfType<string>();
        var findings = run.Findings.Where(f => f.Severity == ProblemSeverity.Error).Select(f => f.Code);
        return OfCodes(texts.Select(t => Code().Match(t).Value).Concat(findings));
    }

    static int OfCodes(IEnumerable<string> codes)
    {
        var all = codes.ToList();
        if (all.Exists(ErrorCodes.IsConnection))
            return CannotConnect;
        return all.Count > 0 && all.TrueForAll(c => c is ErrorCodes.RejectLimitExceeded or ErrorCodes.NotConserved)
            ? NotEqual
            : Failed;
    }

    [GeneratedRegex(@"\bMIG\d{4}\b")]
    private static partial Regex Code();
}
