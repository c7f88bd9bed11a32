using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Sources;

/// <summary>Every row of a source table, counted by tenant in one statement: the source groups the rows by their tenant column
/// and matches each group with the tenants that it holds to be equal.</summary>
/// <param name="Total">Rows of the table.</param>
/// <param name="ByTenant">Rows by the key that the tenants' table lists; a tenant without rows is absent. A group that several
/// tenants match is counted for each of them.</param>
/// <param name="Shared">Groups that several tenants match.</param>
public sealed record SourceCensus(
    long Total, IReadOnlyDictionary<string, SideCount> ByTenant, IReadOnlyList<SharedRows> Shared)
{
    /// <summary>Rows that belong to a listed tenant, each counted once.</summary>
    public long Listed { get; } = ByTenant.Values.Sum(c => c.Rows) - Shared.Sum(s => s.Rows * (s.Tenants.Count - 1));

    /// <summary>Rows that belong to no listed tenant.</summary>
    public long Unassigned => Total - Listed;
}

/// <summary>Rows whose tenant column is equal to several tenants' keys.</summary>
public sealed record SharedRows(IReadOnlyList<string> Tenants, long Rows);
