using Microsoft.DurableTask.Client;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Contracts;

/// <summary>A run as <c>GET /migrations/{runId}</c> answers it.</summary>
/// <param name="Status">One of <see cref="States"/>; <c>interrupted</c> when nothing executes a run that has not ended.</param>
/// <param name="IsConserved">Source = migrated + rejected + filtered for every tenant and entity.</param>
/// <param name="Unassigned">Rows that belong to no listed tenant, by entity.</param>
public sealed record MigrationStatus(
    string RunId, string Manifest, RunMode Mode, string Status, string? Failure,
    DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt,
    long RowsSource, long RowsRead, long RowsWritten, long RowsRejected, long RowsFiltered, bool IsConserved,
    IReadOnlyDictionary<string, long> Unassigned, IReadOnlyList<Problem> Findings, IReadOnlyList<TenantStatus> Tenants)
{
    public static MigrationStatus From(
        RunContext run, RunProgress progress, OrchestrationRuntimeStatus? runtime, string? runtimeFailure)
    {
        var tenants = progress.Tenants.Select(t => TenantStatus.From(run, t)).ToList();
        var entities = tenants.SelectMany(t => t.Entities).ToList();
        return new MigrationStatus(
            progress.Run.RunId, progress.Run.Manifest, progress.Run.Mode, StateOf(progress.Run, runtime),
            progress.Failure ?? runtimeFailure, progress.Run.RequestedAt, progress.Run.FinishedAt,
            entities.Sum(e => e.RowsSource ?? 0), entities.Sum(e => e.RowsRead), entities.Sum(e => e.RowsWritten),
            entities.Sum(e => e.RowsRejected), entities.Sum(e => e.RowsFiltered), entities.All(e => e.IsConserved),
            progress.Unassigned, progress.Findings, tenants);
    }

    // The record of a run ends with it; until then the orchestration knows best.
    static string StateOf(RunSummary run, OrchestrationRuntimeStatus? runtime) =>
        run.State != States.Running ? run.State : runtime switch
        {
            null => States.Interrupted,
            OrchestrationRuntimeStatus.Pending => States.Pending,
            OrchestrationRuntimeStatus.Suspended => States.Suspended,
            OrchestrationRuntimeStatus.Terminated => States.Terminated,
            OrchestrationRuntimeStatus.Failed => States.Failed,
            _ => States.Running,
        };
}

/// <summary>A tenant of a run.</summary>
public sealed record TenantStatus(
    string Tenant, Guid TenantId, string? Name, string Status, string? Failure, IReadOnlyList<EntityStatus> Entities)
{
    public static TenantStatus From(RunContext run, TenantProgress tenant) => new(
        tenant.Tenant, tenant.TenantId, tenant.Name, tenant.State, tenant.Failure,
        [.. tenant.Entities.Where(e => run.Entities?.Contains(e.Entity, StringComparer.Ordinal) ?? true).Select(EntityStatus.From)]);
}

/// <summary>An entity of a tenant.</summary>
/// <param name="RowsSource">Rows that the source counted after the last batch; null until then.</param>
/// <param name="Adjusted">Values that a declared rule of the manifest changed, by <c>column:rule</c>.</param>
public sealed record EntityStatus(
    string Entity, int Batches, int BatchesDone, long? RowsSource, long RowsRead, long RowsWritten, long RowsRejected,
    long RowsFiltered, bool IsConserved, IReadOnlyDictionary<string, long> Adjusted)
{
    public static EntityStatus From(SliceTotals totals) => new(
        totals.Entity, totals.Batches, totals.Done, totals.SourceRows < 0 ? null : totals.SourceRows, totals.RowsRead,
        totals.RowsWritten, totals.RowsRejected, totals.RowsFiltered, totals.IsConserved, totals.Adjusted);
}
