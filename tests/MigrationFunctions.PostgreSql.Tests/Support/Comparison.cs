using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>Reconciles one entity of a test's target, step by step, as the activities would drive it.</summary>
sealed class Comparison(TargetDatabase database, ISourceDatabase source, Migration migration, params string[] tenants)
{
    const int Shown = 100;
    readonly Target _target = database.Target;
    readonly EntityLayouts _layouts = new(source);

    public Guid TenantId(string key) => migration.Tenant(key).Id;

    /// <summary>Called before each step with its name; for tests that repeat or disturb one.</summary>
    public Func<string, Task>? Before { get; init; }

    /// <summary>How often each step is done: at least once is what Durable Task promises.</summary>
    public int Times { get; init; } = 1;

    public int RowsOfUnit { get; init; } = 250_000;

    public int MostCandidates { get; init; } = 100_000;

    public async Task<Reconciliation> RunAsync(
        ReconciliationDepth depth, string entity = "item", int sample = 100, int seed = 1)
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = await StartAsync(depth, entity, sample, seed);
        var layout = await _layouts.GetAsync(migration.Run, entity, database.Database, cancel);
        foreach (var item in await _target.Reconciliations.GetItemsAsync(context.Id, 0, 100, cancel))
        {
            var slice = new SliceReconciler(source, _target, context, item, layout)
            {
                RowsOfUnit = RowsOfUnit, MostCandidates = MostCandidates,
            };
            try
            {
                if (depth == ReconciliationDepth.Sample)
                    await slice.SampleAsync(cancel);
                else if (depth == ReconciliationDepth.Digest)
                    await CompareAsync(slice, cancel);
            }
            catch (MigrationException e)
            {
                await _target.Reconciliations.SetFailureAsync(context.Id, item, e.Message, cancel);
            }
        }
        await _target.Reconciliations.FinishAsync(context.Id, null, DateTimeOffset.UtcNow, cancel);
        return (await _target.Reconciliations.GetAsync(context.Id, Shown, cancel))!;
    }

    /// <summary>All checks of an entity.</summary>
    public async Task<IReadOnlyList<ReconciliationCheck>> CheckAsync(string entity, Target target)
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = await StartAsync(ReconciliationDepth.Counts, entity, 1, 1);
        var planned = await _layouts.GetAsync(migration.Run, entity, database.Database, cancel);
        return await new EntityChecks(source).RunAsync(context, target, planned, cancel);
    }

    /// <summary>Repairs what a reconciliation found.</summary>
    public async Task<Repair> RepairAsync(
        string reconciliationId, RepairRequest request, string repairId, string entity = "item")
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = (await _target.Reconciliations.FindAsync(reconciliationId, cancel))!;
        var layout = await _layouts.GetAsync(migration.Run, entity, database.Database, cancel);
        await _target.Repairs.AddAsync(repairId, context.Id, request, DateTimeOffset.UtcNow, cancel);
        RepairStep[] steps = request.DeletesAny ? [RepairStep.Delete, RepairStep.Write] : [RepairStep.Write];
        foreach (var step in steps)
            foreach (var item in await _target.Repairs.GetItemsToRepairAsync(context.Id, cancel))
                await new SliceRepairer(source, _target, context, item, layout)
                    .RepairAsync(repairId, step, request, cancel);
        await _target.Repairs.FinishAsync(repairId, null, DateTimeOffset.UtcNow, cancel);
        return (await _target.Repairs.FindNewestAsync(context.Id, cancel))!;
    }

    /// <summary>A reconciliation that is asked for and counted, and no more.</summary>
    public async Task<ReconciliationContext> StartAsync(ReconciliationDepth depth, string entity, int sample, int seed)
    {
        var cancel = TestContext.Current.CancellationToken;
        var run = migration.Run with { RunId = $"rec-{Guid.NewGuid().ToString("N")[..8]}", Entities = [entity] };
        var context = new ReconciliationContext(run, depth, sample, seed, ReconciliationTriggers.Request);
        await _target.Reconciliations.AddAsync(
            context, [.. tenants.Select(migration.Tenant)], DateTimeOffset.UtcNow, cancel);
        var manifest = run.Manifest.Entities.Single(e => e.Name == entity);
        await _target.Reconciliations.SetCountsAsync(
            context.Id, entity, (await source.CountByTenantAsync(run.Manifest, manifest, cancel)).ByTenant,
            await _target.Rows.CountByTenantAsync(run, manifest, [.. tenants.Select(t => migration.Tenant(t).Id)], cancel),
            cancel);
        return context;
    }

    async Task CompareAsync(SliceReconciler slice, CancellationToken cancel)
    {
        await StepAsync("plan");
        var units = await slice.PlanAsync(cancel);
        await ForEachAsync(units, "read", slice.ReadAsync, cancel);
        if ((await slice.CompareAsync(cancel)).Narrowed.Count > 0)
            await ForEachAsync(units, "narrow", slice.NarrowAsync, cancel);
        await StepAsync("finish");
        await slice.FinishAsync(cancel);
    }

    async Task ForEachAsync(
        UnitCount units, string step, Func<Side, int, CancellationToken, Task> read, CancellationToken cancel)
    {
        for (var number = 1; number <= units.Source; number++)
        {
            await StepAsync($"{step} source {number}");
            for (var time = 0; time < Times; time++)
                await read(Side.Source, number, cancel);
        }
        for (var number = 1; number <= units.Target; number++)
        {
            await StepAsync($"{step} target {number}");
            for (var time = 0; time < Times; time++)
                await read(Side.Target, number, cancel);
        }
    }

    Task StepAsync(string name) => Before?.Invoke(name) ?? Task.CompletedTask;
}
