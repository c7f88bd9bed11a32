using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Activities;

/// <summary>What a reconciliation asks of whole tables: one pass over each, whatever the number of tenants.</summary>
public sealed class ReconcileEntityActivity(
    ISourceDatabase source, EntityLayouts layouts, ReconciliationAccess reconciliations, EntityChecks checks)
{
    // Tenants whose counts do not fit are counted again, as rows come and go on a live source.
    const int MostRecounts = 50;

    /// <summary>A page of the entities that are compared.</summary>
    [Function(nameof(ListReconciledEntities))]
    public async Task<List<string>> ListReconciledEntities(
        [ActivityTrigger] ReconciliationPageRequest page, CancellationToken cancellationToken)
    {
        var (_, context) = await reconciliations.GetAsync(page.Reconciliation, cancellationToken);
        return [.. context.Run.SelectedEntities.Skip(page.From).Take(page.Count).Select(e => e.Name)];
    }

    /// <summary>Counts both sides by tenant.</summary>
    [Function(nameof(CountReconciledEntity))]
    public async Task CountReconciledEntity(
        [ActivityTrigger] ReconciledEntityRef reference, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(reference.Reconciliation, cancellationToken);
        var planned = await layouts.GetAsync(context.Run, reference.Entity, target.Database, cancellationToken);
        var entity = planned.Layout.Entity;
        var reader = source.For(context.Run);
        var census = await reader.CountByTenantAsync(context.Run.Manifest, entity, cancellationToken);
        var here = new Dictionary<string, SideCount>(census.ByTenant, StringComparer.Ordinal);
        var unequal = await StoreAsync();
        if (unequal.Count is 0 or > MostRecounts)
            return;
        foreach (var tenant in unequal)
        {
            var rows = await reader.CountAsync(planned.SliceOf(tenant), cancellationToken);
            here[tenant] = new SideCount(rows, here.GetValueOrDefault(tenant)?.Deleted);
        }
        await StoreAsync();

        async Task<IReadOnlyList<string>> StoreAsync()
        {
            var tenants = (await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken))
                .Where(i => i.Entity == entity.Name).Select(i => i.TenantId).ToList();
            var there = await target.Rows.CountByTenantAsync(context.Run, entity, tenants, cancellationToken);
            return await target.Reconciliations.SetCountsAsync(context.Id, entity.Name, here, there, cancellationToken);
        }
    }

    /// <summary>References, mapping, tenants and sequences of an entity.</summary>
    [Function(nameof(CheckReconciledEntity))]
    public async Task CheckReconciledEntity(
        [ActivityTrigger] ReconciledEntityRef reference, CancellationToken cancellationToken)
    {
        var (target, context) = await reconciliations.GetAsync(reference.Reconciliation, cancellationToken);
        var planned = await layouts.GetAsync(context.Run, reference.Entity, target.Database, cancellationToken);
        await target.Reconciliations.SetChecksAsync(
            context.Id, reference.Entity, await checks.RunAsync(context, target, planned, cancellationToken),
            cancellationToken);
    }
}
