using System.Globalization;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Reconciling.Checks;

/// <summary>What a count found, by tenant; null for a key or an id that no tenant of the source has.</summary>
/// <param name="Tenant">The tenant's id.</param>
public sealed record FoundByTenant(Guid Tenant, long Rows);

/// <summary>Asks the target for what ought not to be there. Each question is one statement for all tenants.</summary>
public interface ITargetChecks
{
    /// <summary>Whether one identity sees all tenants at once: without it nothing below can be asked.</summary>
    Task<bool> SeesAllTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Rows whose parent is not there, by tenant.</summary>
    /// <param name="elsewhere">Only those whose parent is there under another tenant.</param>
    Task<IReadOnlyList<FoundByTenant>> CountOrphansAsync(
        RowTable table, EntityReference reference, bool elsewhere, CancellationToken cancellationToken);

    /// <summary>Values of the legacy id's column that several of a tenant's rows have.</summary>
    Task<IReadOnlyList<FoundByTenant>> CountRepeatedLegacyIdsAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Ids that several rows of the table have.</summary>
    Task<long> CountRepeatedIdsAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Names of sequences that stand below a value of the column that owns them.</summary>
    Task<IReadOnlyList<string>> FindLowSequencesAsync(RowTable table, CancellationToken cancellationToken);

    /// <summary>Names of constraints that are NOT VALID and of indexes that are invalid.</summary>
    Task<IReadOnlyList<string>> FindNotValidatedAsync(RowTable table, CancellationToken cancellationToken);
}

/// <summary>A target table and how long a question to it may take.</summary>
public sealed record RowTable(EntityTarget Columns, int TimeoutSeconds);

/// <summary>The referential proof of one entity, over all tenants of a reconciliation: references, the mapping both ways,
/// tenants, sequences. A check that could not be made is told with -1, never passed over.</summary>
public sealed class EntityChecks(ISourceDatabase source)
{
    // Beyond these the rest is told together.
    const int MostTenants = 100;

    public async Task<IReadOnlyList<ReconciliationCheck>> RunAsync(
        ReconciliationContext context, Target target, PlannedEntity planned, CancellationToken cancellationToken)
    {
        var entity = planned.Layout.Entity;
        var tenants = (await source.ReadTenantsAsync(context.Run.Manifest, cancellationToken)).ToDictionary(t => t.Id, t => t.Key);
        var findings = new Findings(entity.Name, tenants, MostTenants);
        await CheckSlicesAsync(context, target, planned, findings, cancellationToken);
        await CheckSourceAsync(context, target, planned, findings, cancellationToken);
        if (!await target.Checks.SeesAllTenantsAsync(cancellationToken))
        {
            foreach (var name in new[]
            {
                CheckNames.TargetOrphans, CheckNames.TargetCrossTenant, CheckNames.RepeatedLegacyId, CheckNames.RepeatedId,
                CheckNames.UnlistedTenant, CheckNames.SequencePosition, CheckNames.NotValidated,
            })
                findings.AddUnseen(name);
            return findings.All;
        }
        await CheckTargetAsync(
            target, planned, new RowTable(entity.Target, context.Run.Options.CommandTimeoutSeconds), findings,
            cancellationToken);
        var rows = await target.Rows.CountByTenantAsync(context.Run, entity, [], cancellationToken);
        findings.Add(
            CheckNames.UnlistedTenant,
            [.. rows.Where(r => !tenants.ContainsKey(r.Key)).Select(r => new FoundByTenant(r.Key, r.Value.Rows))],
            "rows of a tenant that the source does not list");
        return findings.All;
    }

    static async Task CheckTargetAsync(
        Target target, PlannedEntity planned, RowTable table, Findings findings, CancellationToken cancellationToken)
    {
        foreach (var reference in planned.Layout.References)
        {
            findings.Add(
                CheckNames.TargetOrphans, await target.Checks.CountOrphansAsync(table, reference, false, cancellationToken),
                $"rows whose {reference.Target} is no {reference.Entity} of the tenant");
            findings.Add(
                CheckNames.TargetCrossTenant, await target.Checks.CountOrphansAsync(table, reference, true, cancellationToken),
                $"rows whose {reference.Target} is a {reference.Entity} of another tenant");
        }
        findings.Add(
            CheckNames.RepeatedLegacyId, await target.Checks.CountRepeatedLegacyIdsAsync(table, cancellationToken),
            "legacy keys under several ids");
        findings.Add(
            CheckNames.RepeatedId, await target.Checks.CountRepeatedIdsAsync(table, cancellationToken), "ids of several rows");
        findings.Add(
            CheckNames.SequencePosition, await target.Checks.FindLowSequencesAsync(table, cancellationToken),
            "sequences below a value that is there");
        findings.Add(
            CheckNames.NotValidated, await target.Checks.FindNotValidatedAsync(table, cancellationToken),
            "constraints or indexes that are not valid");
    }

    async Task CheckSlicesAsync(
        ReconciliationContext context, Target target, PlannedEntity planned, Findings findings, CancellationToken cancellationToken)
    {
        var items = (await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken))
            .Where(i => i.Entity == planned.Layout.Entity.Name).ToDictionary(i => i.TenantKey, i => i.TenantId, StringComparer.Ordinal);
        var account = await new SliceCensus(source).TakeAsync(
            context.Run.Manifest, planned, items.ToDictionary(i => i.Key, _ => (long?)null, StringComparer.Ordinal), cancellationToken);
        findings.Add(
            CheckNames.SourceSlices, account.Shared.Sum(s => s.Rows), "rows of the source that belong to several tenants at once");
        findings.Add(
            CheckNames.SourceSlices,
            [.. account.Unequal.Select(u => new FoundByTenant(items[u.Tenant], Math.Abs(u.Read - u.Owned)))],
            "rows of the source that the tenant's slice has too many or too few");
    }

    // An orphan of the source cannot be in the target, so it has to be among the rows that the ledger does not call written.
    async Task CheckSourceAsync(
        ReconciliationContext context, Target target, PlannedEntity planned, Findings findings,
        CancellationToken cancellationToken)
    {
        var items = (await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken))
            .Where(i => i.Entity == planned.Layout.Entity.Name).ToDictionary(i => i.TenantKey);
        foreach (var reference in planned.Layout.References)
        {
            var parent = context.Run.Manifest.Entities.Single(e => e.Name == reference.Entity);
            if (parent.Source.Key.Count > 1)
                continue;
            var orphans = await source.CountOrphansAsync(
                context.Run.Manifest, planned.Layout.Entity, reference.Source, parent, cancellationToken);
            var beyond = orphans.Where(o => items.ContainsKey(o.Key))
                .Select(o => new FoundByTenant(
                    items[o.Key].TenantId, o.Value - (items[o.Key].SourceRows - items[o.Key].TargetRows)))
                .Where(f => f.Rows > 0).ToList();
            findings.Add(
                CheckNames.SourceOrphans, beyond,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"rows beyond those that the target lacks, of {orphans.Values.Sum():N0} whose {reference.Source} "
                    + $"is no {reference.Entity} of the tenant in the source"));
        }
    }
}
