using Microsoft.DurableTask.Client;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

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
    /// <summary>The speed of the run; absent before its first batch.</summary>
    public LiveFigures? Live { get; init; }

    /// <summary>How many writers are allowed now, and why.</summary>
    public ThrottleStatus? Throttle { get; init; }

    public static MigrationStatus From(
        RunContext run, RunProgress progress, OrchestrationRuntimeStatus? runtime, string? runtimeFailure)
    {
        var state = StateOf(progress.Run, runtime);
        var isAtWork = state == States.Running;
        var tenants = progress.Tenants.Select(t => TenantStatus.From(run, t, isAtWork, progress.At)).ToList();
        var entities = tenants.SelectMany(t => t.Entities).ToList();
        return new MigrationStatus(
            progress.Run.RunId, progress.Run.Manifest, progress.Run.Mode, state,
            progress.Failure ?? runtimeFailure, progress.Run.RequestedAt, progress.Run.FinishedAt,
            entities.Sum(e => e.RowsSource ?? 0), entities.Sum(e => e.RowsRead), entities.Sum(e => e.RowsWritten),
            entities.Sum(e => e.RowsRejected), entities.Sum(e => e.RowsFiltered), entities.All(e => e.IsConserved),
            progress.Unassigned, progress.Findings, tenants)
        {
            Live = LiveFigures.Of([.. progress.Tenants.SelectMany(t => WorkOf(run, t))], isAtWork, progress.At),
        };
    }

    /// <summary>What the run does of a tenant: a tenant whose part has ended leaves nothing to do.</summary>
    internal static IReadOnlyList<SliceWork> WorkOf(RunContext run, TenantProgress tenant)
    {
        var known = tenant.Work.ToDictionary(w => w.Entity, StringComparer.Ordinal);
        var work = run.SelectedEntities.Select(
            e => known.GetValueOrDefault(e.Name) ?? new SliceWork(tenant.Tenant, e.Name, null));
        return [.. IsToDo(tenant) ? work : work.Select(w => w with { RowsLeft = 0 })];
    }

    internal static bool IsToDo(TenantProgress tenant) => tenant.State is States.Pending or States.Running;

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
    /// <summary>The speed of the tenant; absent before its first batch.</summary>
    public LiveFigures? Live { get; init; }

    /// <param name="isAtWork">The run is.</param>
    /// <param name="at">The database's time.</param>
    public static TenantStatus From(RunContext run, TenantProgress tenant, bool isAtWork, DateTimeOffset at)
    {
        var work = MigrationStatus.WorkOf(run, tenant);
        var isTenantAtWork = isAtWork && tenant.State == States.Running;
        return new TenantStatus(
            tenant.Tenant, tenant.TenantId, tenant.Name, tenant.State, tenant.Failure,
            [
                .. InOrder(run, tenant.Entities).Select(e => EntityStatus.From(e) with
                {
                    Live = LiveFigures.Of(
                        [.. work.Where(w => w.Entity == e.Entity)], isTenantAtWork && IsToDo(e), at),
                }),
            ])
        {
            Live = LiveFigures.Of(work, isTenantAtWork, at),
        };
    }

    static bool IsToDo(SliceTotals entity) => entity.SourceRows < 0 || entity.Done < entity.Batches;

    // Entities run side by side, so what was planned first says nothing of the order of work.
    static IEnumerable<SliceTotals> InOrder(RunContext run, IReadOnlyList<SliceTotals> entities) =>
        EntityOrder.Levels(run.Manifest).SelectMany(level => level)
            .Where(e => run.Entities?.Contains(e.Name, StringComparer.Ordinal) ?? true)
            .Join(entities, e => e.Name, e => e.Entity, (_, totals) => totals);
}

/// <summary>An entity of a tenant.</summary>
/// <param name="RowsSource">Rows that the source counted after the last batch; null until then.</param>
/// <param name="RowsWritten">By batches, and rejected ones that were written since.</param>
/// <param name="RowsRejected">Rejections that are open.</param>
/// <param name="Adjusted">Values that a declared rule of the manifest changed, by <c>column:rule</c>.</param>
public sealed record EntityStatus(
    string Entity, int Batches, int BatchesDone, long? RowsSource, long RowsRead, long RowsWritten, long RowsRejected,
    long RowsFiltered, bool IsConserved, IReadOnlyDictionary<string, long> Adjusted)
{
    /// <summary>Rows that the target counted for the tenant after the last batch; null until then, and of a dry run.</summary>
    public long? RowsTarget { get; init; }

    /// <summary>The speed of the entity; absent before its first batch.</summary>
    public LiveFigures? Live { get; init; }

    public static EntityStatus From(SliceTotals totals) => new(
        totals.Entity, totals.Batches, totals.Done, totals.SourceRows < 0 ? null : totals.SourceRows, totals.RowsRead,
        totals.RowsWritten, totals.RowsRejected, totals.RowsFiltered, totals.IsConserved, totals.Adjusted)
    {
        RowsTarget = totals.TargetRows,
    };
}
