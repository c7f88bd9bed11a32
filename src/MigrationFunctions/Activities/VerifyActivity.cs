using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Asks both databases, entity by entity, whether what the run's tenants read is what belongs to them, each row once.</summary>
public sealed class VerifyActivity(SliceCensus census, EntityLayouts layouts, RunAccess runs)
{
    /// <summary>Verifies one of the run's entities, and stores how many rows belong to no tenant.</summary>
    [Function(nameof(VerifyEntity))]
    public async Task<Verification> VerifyEntity([ActivityTrigger] VerificationRequest request, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(request.Run, cancellationToken);
        var entities = run.SelectedEntities.Skip(request.Entity).Take(2).ToList();
        if (entities.Count == 0)
            return new Verification(null, IsLast: true);
        var planned = await layouts.GetAsync(run, entities[0].Name, target.Database, cancellationToken);
        var slices = await target.Runs.GetSliceRowsAsync(run.RunId, entities[0].Name, cancellationToken);
        var account = await census.TakeAsync(run.Manifest, planned, slices, cancellationToken);
        await target.Runs.SetUnassignedAsync(run.RunId, entities[0].Name, account.Unassigned, cancellationToken);
        var problem = account.Check(entities[0].Name) ?? await CheckTargetAsync(target, run, planned, cancellationToken);
        FaultPoint.Pass("run.entity-verified");
        return new Verification(problem?.ToString(), IsLast: entities.Count == 1);
    }

    // Row-level security hides from every identity that it holds what another tenant was given.
    static async Task<Problem?> CheckTargetAsync(
        Target target, RunContext run, PlannedEntity planned, CancellationToken cancellationToken)
    {
        if (run.Mode == RunMode.DryRun || !EntityChecks.HasKeyBeyondTenants(planned)
            || !await target.Checks.SeesAllTenantsAsync(cancellationToken))
            return null;
        var entity = planned.Layout.Entity;
        var shared = await target.Checks.CountSharedLegacyKeysAsync(
            new RowTable(entity.Target, run.Options.CommandTimeoutSeconds), cancellationToken);
        return shared == 0 ? null : SliceAccount.Wrong(
            entity.Name, $"{shared} legacy keys stand under two tenants in {entity.Target.Table}, though the source's key is unique.");
    }
}
