using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql;

namespace MigrationFunctions;

/// <summary>The target for real runs and the one for rehearsals, each with its writer and its direct identity.</summary>
sealed class ConfiguredTargets(IConfigurationSection settings, TimeProvider clock) : ITargets, IAsyncDisposable
{
    readonly Configured _production = new("Migration:TargetConnection", settings["TargetConnection"], settings["DirectConnection"], clock);
    readonly Configured _rehearsal = new(
        "Migration:RehearsalConnection", settings["RehearsalConnection"], settings["RehearsalDirectConnection"], clock);

    public IReadOnlyList<Target> All =>
        _rehearsal.IsConfigured ? [_production.Target, _rehearsal.Target] : [_production.Target];

    public Target For(RunMode mode) => mode == RunMode.Rehearsal ? _rehearsal.Target : _production.Target;

    public async Task<(Target Target, RunContext Run)?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var target in All)
        {
            await target.Runs.EnsureSchemaAsync(cancellationToken);
            if (await target.Runs.FindAsync(runId, cancellationToken) is { } run)
                return (target, run);
        }
        return null;
    }

    public async Task<(Target Target, ReconciliationContext Context)?> FindReconciliationAsync(
        string id, CancellationToken cancellationToken)
    {
        foreach (var target in All)
        {
            await target.Runs.EnsureSchemaAsync(cancellationToken);
            if (await target.Reconciliations.FindAsync(id, cancellationToken) is { } context)
                return (target, context);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _production.DisposeAsync();
        await _rehearsal.DisposeAsync();
    }

    sealed class Configured(string setting, string? writer, string? direct, TimeProvider clock) : IAsyncDisposable
    {
        readonly Lazy<(Target Target, PostgresConnections Connections)> _target = new(() =>
        {
            var connections = new PostgresConnections(setting, writer, direct);
            return (PostgresParts.Over(connections, clock), connections);
        });

        public bool IsConfigured => !string.IsNullOrEmpty(writer);

        public Target Target => _target.Value.Target;

        public ValueTask DisposeAsync() => _target.IsValueCreated ? _target.Value.Connections.DisposeAsync() : ValueTask.CompletedTask;
    }
}
