using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Activities;

/// <summary>Makes sure of the run's locks, then asks both databases whether the run can succeed; stores every
/// finding.</summary>
public sealed class PreflightActivity(Preflight preflight, RunAccess runs, ILogger<PreflightActivity> logger)
{
    /// <exception cref="MigrationException">The first finding that stops the run; the run's record has all of them.</exception>
    [Function(nameof(Preflight))]
    public async Task Preflight([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        using var scope = Log.In(logger, run.RunId, run.Manifest.Name);
        Log.RunBegins(logger, run.RunId, run.Manifest.Name, run.Mode.ToString());
        await RunStarter.KeepLocksAsync(run, target, cancellationToken);
        var findings = await preflight.CheckAsync(run, target, cancellationToken);
        await target.Runs.SetFindingsAsync(run.RunId, findings, cancellationToken);
        if (findings.FirstOrDefault(f => f.Severity == ProblemSeverity.Error) is not { } first)
            return;
        Log.RunRefused(logger, run.RunId, first.ToString());
        throw new MigrationException(first);
    }
}
