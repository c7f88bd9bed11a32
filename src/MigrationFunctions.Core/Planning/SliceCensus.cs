using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Planning;

/// <summary>Holds what the tenants' slices read against what the source says belongs to them, entity by entity: whatever the cause, a
/// row that two tenants read, or none, is found here. Neither side is the ledger's own account.</summary>
public sealed class SliceCensus(ISourceDatabase source)
{
    // A live source changes between two counts; what is wrong stays wrong.
    const int Tries = 3;

    /// <param name="slices">Rows that each tenant's slice was counted with, by tenant; null where it has to be counted.</param>
    public async Task<SliceAccount> TakeAsync(
        Manifest manifest, PlannedEntity entity, IReadOnlyDictionary<string, long?> slices, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var due = slices.Where(s => s.Value is null).Select(s => s.Key).ToList();
        foreach (var (tenant, rows) in slices)
            counts[tenant] = rows ?? 0;
        for (var time = 1; ; time++)
        {
            foreach (var tenant in due)
                counts[tenant] = await source.CountAsync(entity.SliceOf(tenant), cancellationToken);
            var census = await source.CountByTenantAsync(manifest, entity.Layout.Entity, cancellationToken);
            var account = SliceAccount.Of(census, counts);
            if (account.Unequal.Count == 0 || time == Tries)
                return account;
            due = [.. account.Unequal.Select(u => u.Tenant)];
        }
    }
}

/// <summary>The rows of a source table: those of each tenant as its slice reads them, and those of none.</summary>
/// <param name="Total">Rows of the table.</param>
/// <param name="Unassigned">The table's total without what the tenants' slices read.</param>
/// <param name="Shared">Rows that the source holds to be of several tenants.</param>
/// <param name="Unequal">Tenants whose slice reads another number of rows than the source says are theirs.</param>
public sealed record SliceAccount(
    long Total, long Unassigned, IReadOnlyList<SharedRows> Shared, IReadOnlyList<UnequalSlice> Unequal)
{
    const int MostNamed = 5;

    /// <param name="slices">Rows by the tenants whose slices were counted.</param>
    public static SliceAccount Of(SourceCensus census, IReadOnlyDictionary<string, long> slices)
    {
        var unequal = slices.Select(s => new UnequalSlice(s.Key, s.Value, census.ByTenant.GetValueOrDefault(s.Key)?.Rows ?? 0))
            .Where(s => s.Read != s.Owned).ToList();
        return new(census.Total, census.Unassigned - unequal.Sum(s => s.Read - s.Owned), census.Shared, unequal);
    }

    /// <summary>What is wrong, or null when each row is read for the one tenant that it belongs to.</summary>
    /// <param name="entity">The entity's name.</param>
    public Problem? Check(string entity)
    {
        if (Shared.Count > 0)
            return Wrong(
                entity, $"{Shared.Sum(s => s.Rows)} rows belong to several tenants at once: "
                + $"{string.Join("; ", Shared.Take(MostNamed).Select(s => Quoted.List(s.Tenants)))}.");
        return Unequal.Count == 0 ? null : Wrong(
            entity, "What is read for a tenant is not what belongs to it: "
            + string.Join("; ", Unequal.Take(MostNamed).Select(
                u => $"tenant {Quoted.Text(u.Tenant)} reads {u.Read} rows, the source says {u.Owned}")) + ".");
    }

    /// <summary>A row that is somebody else's, or nobody's.</summary>
    public static Problem Wrong(string entity, string message) => new(
        ErrorCodes.SlicesNotDisjoint, entity, message,
        "Rows may have been shown to a wrong tenant: look at these tenants' keys in the tenants' table and in the entity's, correct "
        + "them, empty the target of these tenants, and start again.");
}

/// <summary>A tenant's slice that does not fit.</summary>
/// <param name="Read">Rows that its slice has.</param>
/// <param name="Owned">Rows that the source says are the tenant's.</param>
public sealed record UnequalSlice(string Tenant, long Read, long Owned);
