using Dapper;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Mapping;

/// <summary>Look-ups between legacy keys and UUIDs, both ways, over the target tables themselves. A legacy key is the
/// text that <see cref="KeyText"/> gives it, whatever the type of its column.</summary>
public sealed class LegacyIdMapping(PostgresConnections connections) : ILegacyIdMapping
{
    const string Place = "migration.legacy_id_mapping";

    public Task<LegacyIdMatch?> FindByLegacyIdAsync(
        string entity, string tenantKey, string legacyId, CancellationToken cancellationToken) =>
        connections.RunAsync(Place, async connection =>
        {
            if (await FindEntityAsync(connection, entity, cancellationToken) is not { } mapped)
                return null;
            var tenant = DeterministicId.Tenant(mapped.IdNamespace, tenantKey);
            try
            {
                return await FindAsync(
                    connection, mapped, tenant,
                    $"{Identifier.Quote(mapped.LegacyColumn)} = {mapped.FromKeyText("@legacyId")}",
                    new { tenant, legacyId }, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                // The text is no value of the column's type, so no row has it.
                return null;
            }
        }, cancellationToken);

    public Task<LegacyIdMatch?> FindByIdAsync(string entity, Guid id, CancellationToken cancellationToken) =>
        connections.RunAsync(Place, async connection =>
        {
            if (await FindEntityAsync(connection, entity, cancellationToken) is not { } mapped)
                return null;
            var tenants = await connection.QueryAsync<Guid>(new CommandDefinition(
                "SELECT DISTINCT tenant_id FROM migration.entity_state WHERE entity = @entity",
                new { entity }, cancellationToken: cancellationToken));
            foreach (var tenant in tenants)
                if (await FindAsync(
                    connection, mapped, tenant, $"{Identifier.Quote(mapped.IdColumn)} = @id", new { tenant, id },
                    cancellationToken) is { } match)
                    return match;
            return null;
        }, cancellationToken);

    /// <summary>Registers a manifest's entities and makes the view <c>migration.legacy_id_mapping</c> anew.</summary>
    internal static async Task RegisterAsync(
        NpgsqlConnection connection, Manifest manifest, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('migration.mapped_entity', 0));
            DELETE FROM migration.mapped_entity WHERE manifest = @Name
            """, new { manifest.Name }, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.mapped_entity
            VALUES (@Manifest, @Entity, @Table, @Tenant, @Id, @LegacyId, @IdNamespace, @TenantSetting)
            """,
            manifest.Entities.Select(e => new
            {
                Manifest = manifest.Name, Entity = e.Name, e.Target.Table, e.Target.Tenant, e.Target.Id,
                e.Target.LegacyId, manifest.IdNamespace, e.Target.TenantSetting,
            }), transaction, cancellationToken: cancellationToken));
        await ReplaceViewAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Under security_invoker (PostgreSQL 15) the view shows each role what row-level security lets it see; before 15
    // it shows what its owner sees with the tenant set.
    static async Task ReplaceViewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var mapped = await connection.QueryAsync<MappedEntity>(new CommandDefinition(
            MappedEntity.Sql + " ORDER BY manifest, entity", cancellationToken: cancellationToken));
        var selects = mapped.Select(m =>
            $"SELECT {Identifier.Quote(m.TenantColumn)} AS tenant_id, {Literal(m.Entity)}::text AS entity, "
            + $"{m.ToKeyText} AS legacy_id, {Identifier.Quote(m.IdColumn)} AS target_id "
            + $"FROM {Identifier.QuoteTable(m.TargetTable)}").ToList();
        if (selects.Count == 0)
            return;
        var options = connection.PostgreSqlVersion.Major >= 15 ? " WITH (security_invoker = true)" : "";
        await connection.ExecuteAsync(new CommandDefinition(
            $"CREATE OR REPLACE VIEW migration.legacy_id_mapping{options} AS {string.Join(" UNION ALL ", selects)}",
            cancellationToken: cancellationToken));
    }

    static async Task<LegacyIdMatch?> FindAsync(
        NpgsqlConnection connection, MappedEntity mapped, Guid tenant, string condition, object parameters,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TenantScope.EnterAsync(connection, [mapped.TenantSetting], tenant, cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Found>(new CommandDefinition(
            $"""
            SELECT {Identifier.Quote(mapped.IdColumn)} AS Id, {mapped.ToKeyText} AS LegacyId
            FROM {Identifier.QuoteTable(mapped.TargetTable)}
            WHERE {Identifier.Quote(mapped.TenantColumn)} = @tenant AND {condition}
            """, parameters, transaction, cancellationToken: cancellationToken));
        return row is null ? null : new LegacyIdMatch(mapped.Entity, tenant, row.LegacyId, row.Id);
    }

    static Task<MappedEntity?> FindEntityAsync(
        NpgsqlConnection connection, string entity, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<MappedEntity>(new CommandDefinition(
            MappedEntity.Sql + " AND entity = @entity ORDER BY manifest", new { entity },
            cancellationToken: cancellationToken));

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    sealed class Found
    {
        public Guid Id { get; init; }
        public string LegacyId { get; init; } = "";
    }
}
