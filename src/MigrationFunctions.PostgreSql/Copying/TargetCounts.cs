using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Catalog;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>Counts rows of the target's tables. The tenant stands in each statement, whatever the identity sees.</summary>
public sealed class TargetCounts(PostgresConnections connections) : ITargetCounts
{
    readonly TargetCatalog _catalog = new(connections);

    public Task<long> CountAsync(
        RunContext run, EntityManifest entity, Guid tenantId, CancellationToken cancellationToken) =>
        RunAsync(
            run, entity, tenantId, connection => connection.ExecuteScalarAsync<long>(Command(
                run, $"SELECT count(*) FROM {Table(entity)} WHERE {Tenant(entity)} = @tenantId", new { tenantId },
                cancellationToken)), cancellationToken);

    public async Task<IReadOnlySet<Guid>> FindWithoutRowsAsync(
        RunContext run, EntityManifest entity, IReadOnlyCollection<Guid> tenants, CancellationToken cancellationToken)
    {
        if (await _catalog.DirectBypassesAsync(cancellationToken))
            return await FindAsync(Guid.Empty, tenants);
        var without = new HashSet<Guid>();
        foreach (var tenant in tenants)
            without.UnionWith(await FindAsync(tenant, [tenant]));
        return without;

        // LIMIT keeps it a look-up for each tenant, whatever the planner believes of the table.
        Task<HashSet<Guid>> FindAsync(Guid identity, IReadOnlyCollection<Guid> some) =>
            RunAsync(run, entity, identity, async connection => (await connection.QueryAsync<Guid>(Command(
                run,
                $"""
                SELECT t.id FROM unnest(@ids) AS t(id)
                WHERE (SELECT true FROM {Table(entity)} AS r WHERE r.{Tenant(entity)} = t.id LIMIT 1) IS NULL
                """, new { ids = some.ToArray() }, cancellationToken))).ToHashSet(), cancellationToken);
    }

    static string Table(EntityManifest entity) => Identifier.QuoteTable(entity.Target.Table);

    static string Tenant(EntityManifest entity) => Identifier.Quote(entity.Target.Tenant);

    Task<T> RunAsync<T>(
        RunContext run, EntityManifest entity, Guid tenantId, Func<NpgsqlConnection, Task<T>> work,
        CancellationToken cancellationToken) =>
        connections.RunAsync(connections.Direct, entity.Target.Table, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TenantScope.EnterAsync(connection, [entity.Target.TenantSetting], tenantId, cancellationToken);
            return await work(connection);
        }, cancellationToken);

    static CommandDefinition Command(
        RunContext run, string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);
}
