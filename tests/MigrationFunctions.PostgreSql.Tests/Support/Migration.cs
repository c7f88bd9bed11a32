using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;

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
        await _target.Ledger.PlanAsync(Slice(entity, tenant), batches, isLast: true, default);
        await _target.Ledger.SetSourceRowsAsync(
            Slice(entity, tenant), await _source.CountAsync(slice, default), default);
        return [.. batches.Select(b => new BatchWork(Run, Tenant(tenant), planned, b.Number))];
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
