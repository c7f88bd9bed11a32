using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Accounting;

/// <summary>The verdict on a run.</summary>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record RunVerdict(string State, string? Failure)
{
    const int Named = 5;

    /// <summary>Draws it from the run's tenants. It is completed when there is a tenant, every tenant has ended, none failed,
    /// and each entity of each was judged: what nobody looked at makes it a failure.</summary>
    /// <param name="failure">Why the work ended early; null when it did not.</param>
    public static RunVerdict Of(RunContext run, string? failure, IReadOnlyList<TenantProgress> tenants)
    {
        failure ??= OfTenants(tenants) ?? NotJudged(run, tenants);
        return failure is not null
            ? new RunVerdict(States.Failed, failure)
            : new RunVerdict(
                tenants.Any(t => t.State == States.CompletedWithRejects) ? States.CompletedWithRejects : States.Completed, null);
    }

    static string? OfTenants(IReadOnlyList<TenantProgress> tenants)
    {
        if (tenants.Count == 0)
            return Missing("The run has no tenant.");
        var failed = tenants.Where(t => t.State == States.Failed).ToList();
        var open = tenants.Where(t => t.State is not (States.Failed or States.Completed or States.CompletedWithRejects)).ToList();
        var parts = new List<string>();
        if (failed.Count > 0)
            parts.Add($"{failed.Count} of {tenants.Count} tenants failed; first: {failed[0].Failure}");
        if (open.Count > 0)
            parts.Add(Missing($"{open.Count} of {tenants.Count} tenants have not ended: {List(open.Select(t => t.Tenant))}."));
        return parts.Count == 0 ? null : string.Join(' ', parts);
    }

    static string? NotJudged(RunContext run, IReadOnlyList<TenantProgress> tenants)
    {
        var missing = tenants.SelectMany(t => run.SelectedEntities.Where(
                e => !t.Entities.Any(s => s.Entity == e.Name && s.SourceRows >= 0)).Select(e => $"{e.Name} of tenant {t.Tenant}"))
            .ToList();
        return missing.Count == 0 ? null : Missing($"There is no verdict on {List(missing)}.");
    }

    static string Missing(string what) => new Problem(
        ErrorCodes.VerdictMissing, "run", what, "Start again: a new run goes on from the ledger.").ToString();

    static string List(IEnumerable<string> names)
    {
        var list = names.ToList();
        return string.Join(", ", list.Take(Named)) + (list.Count > Named ? ", ..." : "");
    }
}
