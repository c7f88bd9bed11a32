using System.Collections.Concurrent;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Finds a reconciliation's stored context; it never changes, so it is read once for each process.</summary>
public sealed class ReconciliationAccess(ITargets targets, ISourceDatabase source, EntityLayouts layouts)
{
    const int Kept = 64;
    readonly ConcurrentDictionary<string, ReconciliationContext> _known = new(StringComparer.Ordinal);

    /// <exception cref="MigrationException">MIG5001: the target has no such reconciliation.</exception>
    public async Task<(Target Target, ReconciliationContext Context)> GetAsync(
        ReconciliationRef reference, CancellationToken cancellationToken)
    {
        var target = targets.For(reference.Mode);
        if (_known.TryGetValue(reference.Id, out var known))
            return (target, known);
        var context = await target.Reconciliations.FindAsync(reference.Id, cancellationToken)
            ?? throw new MigrationException(new Problem(
                ErrorCodes.ReconciliationNotFound, reference.Id, "The target has no record of the reconciliation.",
                "Check that the target's connection settings are those that it was started with."));
        if (_known.Count > Kept)
            _known.Clear();
        return (target, _known[reference.Id] = context);
    }

    /// <summary>What compares a slice.</summary>
    public async Task<SliceReconciler> OfSliceAsync(SliceRef slice, CancellationToken cancellationToken)
    {
        var (target, context) = await GetAsync(slice.Reconciliation, cancellationToken);
        var entity = await layouts.GetAsync(context.Run, slice.Item.Entity, target.Database, cancellationToken);
        return new SliceReconciler(source.For(context.Run), target, context, slice.Item, entity);
    }
}
