using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Activities;

/// <summary>Makes the target's tables ready for the run's rows, and leaves them as they should be afterwards.</summary>
public sealed class TablesActivity(EntityLayouts layouts, RunAccess runs)
{
    /// <summary>Takes secondary indexes and foreign keys out of the way, if the run asks for it.</summary>
    [Function(nameof(PrepareTables))]
    public async Task PrepareTables([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        if (run.Mode == RunMode.DryRun)
            return;
        await target.Tables.BeginLoadAsync(run.RunId, Tables(run), cancellationToken);
        if (run.Options.SecondaryIndexes == SecondaryIndexes.Keep)
            return;
        foreach (var entity in run.SelectedEntities)
        {
            var planned = await layouts.GetAsync(run, entity.Name, target.Database, cancellationToken);
            await target.Tables.DropSecondaryAsync(
                run.RunId, planned.Layout.TargetTable, CheckedForeignKeys(planned), cancellationToken);
        }
    }

    /// <summary>What is left to be made again on the run's tables, by this run or an earlier one that was stopped; of tables that
    /// another run still loads it is left to that one.</summary>
    [Function(nameof(ListDropped))]
    public async Task<List<DroppedDefinition>> ListDropped(
        [ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        return run.Mode == RunMode.DryRun
            ? []
            : [.. await target.Tables.EndLoadAsync(run.RunId, Tables(run), cancellationToken)];
    }

    [Function(nameof(RebuildDefinition))]
    public async Task RebuildDefinition([ActivityTrigger] RebuildRequest request, CancellationToken cancellationToken)
    {
        var (target, _) = await runs.GetAsync(request.Run, cancellationToken);
        await target.Tables.RebuildAsync(request.Definition, cancellationToken);
    }

    /// <summary>Statistics and sequences of every table of the run.</summary>
    [Function(nameof(GatherStatistics))]
    public async Task GatherStatistics([ActivityTrigger] RunRef reference, CancellationToken cancellationToken)
    {
        var (target, run) = await runs.GetAsync(reference, cancellationToken);
        if (run.Mode == RunMode.DryRun)
            return;
        var tenants = await target.Runs.GetTenantsAsync(run.RunId, 0, int.MaxValue, cancellationToken);
        foreach (var entity in run.SelectedEntities)
        {
            var planned = await layouts.GetAsync(run, entity.Name, target.Database, cancellationToken);
            await target.Tables.FinishAsync(
                planned.Layout.Entity.Target, [.. planned.Layout.CopyColumns], [.. tenants.Select(t => t.Id)], cancellationToken);
        }
    }

    static string[] Tables(RunContext run) => [.. run.SelectedEntities.Select(e => e.Target.Table)];

    // Only what the orphan check of every batch has proved may do without its key meanwhile.
    static List<string> CheckedForeignKeys(PlannedEntity planned) =>
        planned.TargetTable.ForeignKeys
            .Where(key => planned.Layout.References.Any(reference => Covers(key, reference, planned.Layout.Entity.Target.Tenant)))
            .Select(key => key.Name).ToList();

    static bool Covers(TargetForeignKey key, EntityReference reference, string tenantColumn) =>
        key.ReferencedTable == reference.Table
        && key.Columns.Contains(reference.Target)
        && key.Columns.All(column => column == reference.Target || column == tenantColumn);
}
