using System.Globalization;

namespace MigrationFunctions.Core.Reconciling.Checks;

/// <summary>Gathers what checks found, a line for each tenant concerned, and one for a check that has passed.</summary>
sealed class Findings(string entity, IReadOnlyDictionary<Guid, string> tenants, int mostTenants)
{
    readonly List<ReconciliationCheck> _all = [];

    /// <summary>One check may have been asked several times, once for each reference: its findings are one.</summary>
    public IReadOnlyList<ReconciliationCheck> All =>
        [.. _all.GroupBy(c => (c.Name, c.Tenant)).Select(Merge).Where(c => c.Found != 0 || !HasOther(c))];

    public void Add(string name, IReadOnlyList<FoundByTenant> found, string what)
    {
        if (found.Count == 0)
            _all.Add(new(name, entity, null, 0, $"No {what}."));
        foreach (var (tenant, rows) in found.OrderByDescending(f => f.Rows).Take(mostTenants))
            _all.Add(new(name, entity, tenants.GetValueOrDefault(tenant, tenant.ToString()), rows, Detail(rows, what)));
        var rest = found.OrderByDescending(f => f.Rows).Skip(mostTenants).Sum(f => f.Rows);
        if (rest > 0)
            _all.Add(new(name, entity, null, rest, $"{Detail(rest, what)} In other tenants."));
    }

    public void Add(string name, long found, string what) => _all.Add(
        new(name, entity, null, found, found == 0 ? $"No {what}." : Detail(found, what)));

    public void Add(string name, IReadOnlyList<string> found, string what) => _all.Add(
        new(
            name, entity, null, found.Count,
            found.Count == 0 ? $"No {what}." : $"{Detail(found.Count, what)} {string.Join(", ", found)}."));

    public void AddUnseen(string name) => AddNotMade(name, "No identity sees all tenants: set a direct connection.");

    public void AddNotMade(string name, string why) =>
        _all.Add(new(name, entity, null, ReconciliationCheck.NotMade, why));

    static string Detail(long found, string what) => string.Create(CultureInfo.InvariantCulture, $"{found:N0} {what}.");

    static ReconciliationCheck Merge(IEnumerable<ReconciliationCheck> checks)
    {
        var all = checks.ToList();
        var telling = all.Where(c => c.Found != 0).ToList();
        return (telling.Count > 0 ? telling : all) is var some && some.Count == 1 ? some[0]
            : some[0] with { Found = some.Sum(c => c.Found), Detail = string.Join(' ', some.Select(c => c.Detail).Distinct()) };
    }

    bool HasOther(ReconciliationCheck check) => _all.Exists(c => c.Name == check.Name && c.Found != 0);
}
