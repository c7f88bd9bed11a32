using System.Collections.Concurrent;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;

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
            return await _planned.GetOrAdd(key, _ => PlanAsync(run, entity, target, cancellationToken));
        }
        catch
        {
            _planned.TryRemove(key, out _);
            throw;
        }
    }

    async Task<PlannedEntity> PlanAsync(
        RunContext run, string name, ITargetDatabase target, CancellationToken cancellationToken)
    {
        var entity = run.Manifest.Entities.First(e => e.Name == name);
        var sourceTable = await source.FindTableAsync(entity.Source.Table, cancellationToken)
            ?? throw new MigrationException(Preflight.SourceTableMissing(entity.Source.Table));
        var targetTable = await target.FindTableAsync(entity.Target.Table, cancellationToken)
            ?? throw new MigrationException(Preflight.TargetTableMissing(entity.Target.Table));
        var result = EntityLayout.Create(run.Manifest, entity, sourceTable, targetTable);
        return result.Layout is { } layout
            ? new PlannedEntity(sourceTable, targetTable, layout)
            : throw new MigrationException(result.Problems.First(p => p.Severity == ProblemSeverity.Error));
    }
}

/// <summary>An entity with its tables and its layout.</summary>
public sealed record PlannedEntity(SourceTable SourceTable, TargetTable TargetTable, EntityLayout Layout)
{
    /// <summary>A tenant's rows in the source.</summary>
    public SourceSlice SliceOf(string tenantKey) => new(Layout.Entity, SourceTable, tenantKey);
}
