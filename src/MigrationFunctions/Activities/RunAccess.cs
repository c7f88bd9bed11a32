using System.Collections.Concurrent;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Finds a run's stored context; it never changes, so it is read once for each process.</summary>
public sealed class RunAccess(ITargets targets)
{
    const int KeptRuns = 64;
    readonly ConcurrentDictionary<string, RunContext> _runs = new(StringComparer.Ordinal);

    /// <exception cref="MigrationException">MIG2104: the target has no such run.</exception>
    public async Task<(Target Target, RunContext Run)> GetAsync(RunRef reference, CancellationToken cancellationToken)
    {
        var target = targets.For(reference.Mode);
        if (_runs.TryGetValue(reference.RunId, out var known))
            return (target, known);
        var run = await target.Runs.FindAsync(reference.RunId, cancellationToken)
            ?? throw new MigrationException(new Problem(
                ErrorCodes.RunNotFound, reference.RunId, "The target has no record of the run.",
                "Check that the target's connection settings are those that the run was started with."));
        if (_runs.Count > KeptRuns)
            _runs.Clear();
        return (target, _runs[reference.RunId] = run);
    }
}
