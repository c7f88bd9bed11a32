using MigrationFunctions.Connections;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.PostgreSql;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions;

/// <summary>The target for real runs and the one for rehearsals, each with its writer and its direct identity.</summary>
sealed class ConfiguredTargets(ConnectionSettings settings, ConnectionCredentials credentials, TimeProvider clock)
    : ITargets, IAsyncDisposable
{
    readonly Configured _production = new(
        settings[ConnectionName.Target], settings[ConnectionName.Direct], credentials, clock);
    readonly Configured _rehearsal = new(
        settings[ConnectionName.Rehearsal], settings[ConnectionName.RehearsalDirect], credentials, clock);

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

    sealed class Configured(
        ConnectionSetting writer, ConnectionSetting direct, ConnectionCredentials credentials, TimeProvider clock)
        : IAsyncDisposable
    {
        readonly Lazy<(Target Target, PostgresConnections Connections)> _target = new(() =>
        {
            var connections = new PostgresConnections(
                writer.Key, writer.Text, direct.Text, credentials.Of(writer.Name), credentials.Of(direct.Name));
            return (PostgresParts.Over(connections, clock), connections);
        });

        public bool IsConfigured => writer.Text is not null;

        public Target Target => _target.Value.Target;

        public ValueTask DisposeAsync() => _target.IsValueCreated ? _target.Value.Connections.DisposeAsync() : ValueTask.CompletedTask;
    }
}
