using System.Collections.Concurrent;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Planning;

/// <summary>How each entity of a run is read and mapped, decided once for each run and process.</summary>
public sealed class EntityLayouts(ISourceDatabase source)
{
    const int KeptRuns = 32;
    readonly ConcurrentDictionary<(string RunId, string Entity), Task<PlannedEntity>> _planned = new();

    /// <exception cref="MigrationException">The first problem; preflight has shown all of them.</exception>
    public async Task<PlannedEntity> GetAsync(
        RunContext run, string entity, ITargetDatabase target, CancellationToken cancellationToken)
    {
        if (_planned.Count > KeptRuns * Math.Max(1, run.Manifest.Entities.Count))
            _planned.Clear();
        var key = (run.RunId, entity);
        try
        {
            // What several callers wait for is not ended by one of them.
            return await _planned.GetOrAdd(key, _ => PlanAsync(run, entity, target, CancellationToken.None)).WaitAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            _planned.TryRemove(key, out _);
            throw;
        }
    }

    // Every worker of a run takes the source table as the first of them found it, so that a table which changes meanwhile is told
    // by all of them in the same way: by what its rows are described as.
    async Task<PlannedEntity> PlanAsync(
        RunContext run, string name, ITargetDatabase target, CancellationToken cancellationToken)
    {
        var entity = run.Manifest.Entities.First(e => e.Name == name);
        var found = await FindSourceAsync(entity.Source.Table, cancellationToken);
        var described = found with { Description = await source.DescribeAsync(found.Name, cancellationToken) };
        var sourceTable = await target.KeepSourceTableAsync(run.RunId, name, described, cancellationToken);
        var tenantsTable = await FindSourceAsync(run.Manifest.Tenants.Table, cancellationToken);
        var targetTable = await target.FindTableAsync(entity.Target.Table, cancellationToken)
            ?? throw new MigrationException(MissingTable.InTarget(entity.Target.Table));
        var tenants = TenantKeys.Of(run.Manifest.Tenants, tenantsTable);
        var result = EntityLayout.Create(
            run.Manifest, entity, sourceTable, targetTable, await ParentTables.FindAsync(source, run.Manifest, entity, cancellationToken));
        if (result.Layout is not { } layout)
            throw new MigrationException(result.Problems.First(p => p.Severity == ProblemSeverity.Error));
        return tenants.Check(sourceTable.Name, sourceTable.Find(entity.Source.Tenant)!) is { } differs
            ? throw new MigrationException(differs)
            : new PlannedEntity(sourceTable, tenants, targetTable, layout);
    }

    async Task<SourceTable> FindSourceAsync(string table, CancellationToken cancellationToken) =>
        await source.FindTableAsync(table, cancellationToken)
            ?? throw new MigrationException(MissingTable.InSource(table));
}
