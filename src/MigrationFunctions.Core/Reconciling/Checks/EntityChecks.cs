using System.Globalization;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling.Checks;

/// <summary>The referential proof of one entity, over all tenants of a reconciliation: references, the mapping both ways,
/// tenants, sequences. A check that could not be made is told with -1, never passed over.</summary>
public sealed class EntityChecks(ISourceDatabase source)
{
    // Beyond these the rest is told together.
    const int MostTenants = 100;

    public async Task<IReadOnlyList<ReconciliationCheck>> RunAsync(
        ReconciliationContext context, ReconciledTarget target, PlannedEntity planned, CancellationToken cancellationToken)
    {
        var entity = planned.Layout.Entity;
        var tenants = (await source.ReadTenantsAsync(context.Run.Manifest, cancellationToken)).ToDictionary(t => t.Id, t => t.Key);
        var findings = new Findings(entity.Name, tenants, MostTenants);
        await CheckSlicesAsync(context, target, planned, findings, cancellationToken);
        await CheckSourceAsync(context, target, planned, findings, cancellationToken);
        var table = new RowTable(entity.Target, context.Run.Options.CommandTimeoutSeconds);
        var seesAll = await target.Checks.SeesAllTenantsAsync(cancellationToken);
        await CheckDefinitionsAsync(target, table, seesAll ? null : tenants.Keys, findings, cancellationToken);
        if (seesAll)
        {
            await CheckRowsAsync(target, planned, table, findings, cancellationToken);
            await CheckTenantsAsync(context, target, entity, tenants, findings, cancellationToken);
        }
        else
            foreach (var name in OverTenants(planned))
                findings.AddUnseen(name);
        return findings.All;
    }

    /// <summary>Whether a key of the source stands for one row whatever the tenant: a unique index over columns of the key
    /// alone.</summary>
    public static bool HasKeyBeyondTenants(PlannedEntity planned)
    {
        var tenant = planned.SourceTable.Find(planned.Layout.Entity.Source.Tenant)?.Name;
        var key = planned.Layout.KeyColumns.Select(c => c.Name).Where(name => name != tenant).ToHashSet(StringComparer.Ordinal);
        return planned.SourceTable.Indexes.Any(
            index => index is { IsUnique: true, KeyColumns.Count: > 0 }
                && index.KeyColumns.All(name => key.Contains(planned.SourceTable.Find(name)?.Name ?? name)));
    }

    // What needs an identity that sees all tenants at once.
    static IEnumerable<string> OverTenants(PlannedEntity planned)
    {
        if (planned.Layout.References.Count > 0)
        {
            yield return CheckNames.TargetOrphans;
            yield return CheckNames.TargetCrossTenant;
        }
        yield return CheckNames.RepeatedLegacyId;
        yield return CheckNames.RepeatedId;
        if (HasKeyBeyondTenants(planned))
            yield return CheckNames.SharedLegacyKey;
        yield return CheckNames.UnlistedTenant;
    }

    static async Task CheckDefinitionsAsync(
        ReconciledTarget target, RowTable table, IReadOnlyCollection<Guid>? tenants, Findings findings,
        CancellationToken cancellationToken)
    {
        try
        {
            findings.Add(
                CheckNames.SequencePosition, await target.Checks.FindLowSequencesAsync(table, tenants, cancellationToken),
                "sequences below a value that is there");
        }
        catch (MigrationException e) when (e.Code == ErrorCodes.TargetPrivilegeMissing)
        {
            findings.AddNotMade(CheckNames.SequencePosition, "The identity may not read a sequence or the column that owns it.");
        }
        findings.Add(
            CheckNames.NotValidated, await target.Checks.FindNotValidatedAsync(table, cancellationToken),
            "constraints or indexes that are not valid");
        findings.Add(
            CheckNames.AbsentDefinition, await target.Checks.FindAbsentDefinitionsAsync(table, cancellationToken),
            "indexes or constraints that were dropped for a load and are not made again");
    }

    static async Task CheckRowsAsync(
        ReconciledTarget target, PlannedEntity planned, RowTable table, Findings findings, CancellationToken cancellationToken)
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
        if (HasKeyBeyondTenants(planned))
            findings.Add(
                CheckNames.SharedLegacyKey, await target.Checks.CountSharedLegacyKeysAsync(table, cancellationToken),
                "legacy keys under several tenants, where the source's key is unique");
    }

    static async Task CheckTenantsAsync(
        ReconciliationContext context, ReconciledTarget target, EntityManifest entity, IReadOnlyDictionary<Guid, string> tenants,
        Findings findings, CancellationToken cancellationToken)
    {
        var rows = await target.Rows.CountByTenantAsync(context.Run, entity, [], cancellationToken);
        findings.Add(
            CheckNames.UnlistedTenant,
            [.. rows.Where(r => !tenants.ContainsKey(r.Key)).Select(r => new FoundByTenant(r.Key, r.Value.Rows))],
            "rows of a tenant that the source does not list");
    }

    async Task CheckSlicesAsync(
        ReconciliationContext context, ReconciledTarget target, PlannedEntity planned, Findings findings, CancellationToken cancellationToken)
    {
        var items = (await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken))
            .Where(i => i.Entity == planned.Layout.Entity.Name).ToDictionary(i => i.TenantKey, i => i.TenantId, StringComparer.Ordinal);
        var account = await new SliceCensus(source.For(context.Run)).TakeAsync(
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
        ReconciliationContext context, ReconciledTarget target, PlannedEntity planned, Findings findings,
        CancellationToken cancellationToken)
    {
        var items = (await target.Reconciliations.GetItemsAsync(context.Id, 0, int.MaxValue, cancellationToken))
            .Where(i => i.Entity == planned.Layout.Entity.Name).ToDictionary(i => i.TenantKey);
        foreach (var reference in planned.Layout.References)
        {
            var parent = context.Run.Manifest.Entities.Single(e => e.Name == reference.Entity);
            if (parent.Source.Key.Count > 1)
                continue;
            var orphans = await source.For(context.Run).CountOrphansAsync(
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
