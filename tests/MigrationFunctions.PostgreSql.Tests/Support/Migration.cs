using MigrationFunctions.Core.Accounting;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>One run of a manifest against a test's database, as the activities would drive it.</summary>
sealed class Migration
{
    readonly TargetDatabase _target;
    readonly ISourceDatabase _source;
    readonly EntityLayouts _layouts;

    public Migration(
        TargetDatabase target, ISourceDatabase source, RunMode mode = RunMode.Full, MigrationOptions? options = null,
        Manifest? manifest = null)
    {
        (_target, _source, _layouts) = (target, source, new EntityLayouts(source));
        manifest ??= SchoolDistrict;
        Run = new RunContext(
            $"run-{Guid.NewGuid().ToString("N")[..8]}", manifest, mode, options ?? manifest.Options, null, null);
    }

    public static Manifest SchoolDistrict { get; } =
        new ManifestCatalog(Path.Combine(AppContext.BaseDirectory, "manifests")).Find("school-district").Manifest!;

    public RunContext Run { get; }

    /// <summary>Where batches go; the test's target unless a test puts another in its place.</summary>
    public ITargetDatabase Database => Through ?? _target.Database;

    public ITargetDatabase? Through { get; init; }

    public static MigrationOptions Writing(WritePath path) => SchoolDistrict.Options with { WritePath = path };

    public Tenant Tenant(string key) => new(key, DeterministicId.Tenant(Run.Manifest.IdNamespace, key), null);

    public Slice Slice(string entity, string tenant = Legacy.District) =>
        Run.Slice(Tenant(tenant).Id, tenant, entity);

    /// <summary>Plans the whole slice.</summary>
    /// <returns>Each batch of it.</returns>
    public async Task<List<BatchWork>> PlanAsync(
        string entity, string tenant = Legacy.District, int batchSize = 100_000)
    {
        var planned = await _layouts.GetAsync(Run, entity, _target.Database, default);
        var slice = planned.SliceOf(tenant);
        var batches = await _source.PlanAsync(slice, new SlicePosition(0, null), batchSize, int.MaxValue, default);
        await _target.Ledger.PlanAsync(Slice(entity, tenant), batches, default);
        await _target.Ledger.EndPlanAsync(Slice(entity, tenant), batches.Count, Run.RunId, default);
        await _target.Ledger.SetCountsAsync(
            Slice(entity, tenant), await _source.CountAsync(slice, default), null, default);
        return [.. batches.Select(b => new BatchWork(Run, Tenant(tenant), planned, b.Number))];
    }

    /// <summary>Plans the slice to its end, page by page as the planner's activity does, and copies it.</summary>
    /// <param name="count">Batches of a page.</param>
    public async Task<List<BatchResult>> TakeUpAsync(string entity, int count)
    {
        var planned = await _layouts.GetAsync(Run, entity, _target.Database, default);
        var slice = Slice(entity);
        var planner = new SlicePlanner(_source, _target.Ledger);
        while (await _target.Ledger.GetPlanAsync(slice, default) is var plan && plan.EndedBy != Run.RunId)
            await planner.PlanOnAsync(Run, slice, planned.SliceOf(Legacy.District), plan, count, default);
        var results = new List<BatchResult>();
        foreach (var number in await _target.Ledger.GetPendingAsync(slice, 0, int.MaxValue, default))
            results.Add(await CopyAsync(new BatchWork(Run, Tenant(Legacy.District), planned, number)));
        return results;
    }

    /// <summary>Has both sides count the slice, as its completion does.</summary>
    /// <returns>Why the account does not fit, or null.</returns>
    public async Task<Problem?> CompleteAsync(string entity)
    {
        var planned = await _layouts.GetAsync(Run, entity, _target.Database, default);
        var (slice, rows) = (Slice(entity), planned.SliceOf(Legacy.District));
        await _target.Ledger.SetCountsAsync(
            slice, await _source.CountAsync(rows, default),
            await _target.Target.Counts.CountAsync(Run, planned.Layout.Entity, slice.TenantId, default), default);
        var totals = await _target.Ledger.GetTotalsAsync(slice, default);
        return totals.IsConserved
            ? null
            : await new SliceDiagnosis(_source, _target.Ledger).OfAsync(Run, slice, rows, totals, default);
    }

    public Task<BatchResult> CopyAsync(BatchWork work) =>
        new BatchCopier(_source, Database).CopyAsync(work, TestContext.Current.CancellationToken);

    /// <summary>Plans and copies a slice that is one batch.</summary>
    public async Task<BatchResult> MoveAsync(string entity, string tenant = Legacy.District) =>
        await CopyAsync(Assert.Single(await PlanAsync(entity, tenant)));

    /// <summary>Tries the slice's open rejections again, all pages.</summary>
    public async Task ReplayAsync(string entity, string runId, string tenant = Legacy.District)
    {
        var slice = new RowSlice(
            Run, Tenant(tenant), await _layouts.GetAsync(Run, entity, _target.Database, default));
        var replay = new RejectionReplay(_source, _target.Target, slice);
        string? after = null;
        do
        {
            after = await replay.ReplayAsync(
                new RejectionTry(runId, IsRepair: false), after, TestContext.Current.CancellationToken);
        }
        while (after is not null);
    }

    public async Task<SliceTotals> TotalsAsync(string entity, string tenant = Legacy.District) =>
        (await _target.Ledger.GetTenantTotalsAsync(Run.Ledger, Run.Manifest.Name, Tenant(tenant).Id, default))
        .Single(totals => totals.Entity == entity);
}
