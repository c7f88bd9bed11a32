using System.Text.Json;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Operating;

/// <summary>Changes a run's limits while it goes on. Changes of several operators at once are all kept, in some order.</summary>
public sealed class RunAdjuster(TimeProvider clock)
{
    const int Tries = 20;

    /// <param name="actor">Who asks for it.</param>
    /// <exception cref="MigrationException">The target cannot be asked; MIG2112: others changed the limits all the
    /// time.</exception>
    public async Task<AdjustResult> AdjustAsync(
        Target target, RunContext run, RunLimitsChange change, string actor, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var asked = JsonSerializer.Serialize(change, ManifestJson.Options);
        for (var i = 0; i < Tries; i++)
        {
            var control = await target.Limits.GetAsync(run, cancellationToken);
            var limits = change.Apply(control.Limits);
            problems.AddRange(ManifestValidator.Validate(limits.In(run.Options), run.Manifest.Tenants, "request $"));
            if (problems.Count == 0 && change.Blackouts is { } blackouts)
                problems.AddRange(BlackoutCalendar.UnknownZones(
                    blackouts, await target.Runs.GetTenantsAsync(run.RunId, 0, int.MaxValue, cancellationToken)));
            if (problems.Count > 0)
                return new AdjustResult.Invalid(problems);
            var now = clock.GetUtcNow();
            var next = control.With(limits, now);
            var audit = new AuditEntry(run.RunId, AuditActions.Adjust, actor, now) { Detail = asked };
            if (await target.Limits.TryChangeAsync(run, next, audit, cancellationToken))
            {
                next.Show(run.Manifest.Name, control);
                return new AdjustResult.Adjusted(next);
            }
        }
        throw new MigrationException(
            new Problem(
                ErrorCodes.LimitsContended, run.RunId, "Others change the run's limits all the time.", "Try again."),
            isTransient: true);
    }
}

/// <summary>What came of a change of limits.</summary>
public abstract record AdjustResult
{
    AdjustResult()
    {
    }

    /// <summary>These are in force.</summary>
    public sealed record Adjusted(RunControl Control) : AdjustResult;

    /// <summary>The request is at fault; nothing changed.</summary>
    public sealed record Invalid(IReadOnlyList<Problem> Problems) : AdjustResult;
}
