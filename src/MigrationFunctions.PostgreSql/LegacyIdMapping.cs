using Dapper;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>Look-ups between legacy keys and UUIDs, both ways, over the target tables themselves.</summary>
public sealed class LegacyIdMapping(PostgresConnections connections) : ILegacyIdMapping
{
    public Task<LegacyIdMatch?> FindByLegacyIdAsync(
        string entity, string tenantKey, string legacyId, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.legacy_id_mapping", async connection =>
        {
            if (await FindEntityAsync(connection, entity, cancellationToken) is not { } mapped)
                return null;
            var tenant = DeterministicId.Tenant(mapped.IdNamespace, tenantKey);
            return await AsTenantAsync(
                connection, entity, mapped, tenant, $"{Identifier.Quote(mapped.LegacyColumn)}::text = @legacyId",
                new { tenant, legacyId }, cancellationToken);
        }, cancellationToken);

    public Task<LegacyIdMatch?> FindByIdAsync(string entity, Guid id, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.legacy_id_mapping", async connection =>
        {
            if (await FindEntityAsync(connection, entity, cancellationToken) is not { } mapped)
                return null;
            var tenants = await connection.QueryAsync<Guid>(new CommandDefinition(
                "SELECT DISTINCT tenant_id FROM migration.entity_state WHERE entity = @entity",
                new { entity }, cancellationToken: cancellationToken));
            foreach (var tenant in tenants)
                if (await AsTenantAsync(
                    connection, entity, mapped, tenant, $"{Identifier.Quote(mapped.IdColumn)} = @id", new { tenant, id },
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
            INSERT INTO migration.mapped_entity VALUES (@Manifest, @Entity, @Table, @Tenant, @Id, @LegacyId, @IdNamespace)
            """,
            manifest.Entities.Select(e => new
            {
                Manifest = manifest.Name, Entity = e.Name, e.Target.Table, e.Target.Tenant, e.Target.Id, e.Target.LegacyId,
                manifest.IdNamespace,
            }), transaction, cancellationToken: cancellationToken));
        await ReplaceViewAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Under security_invoker (PostgreSQL 15) the view shows each role what row-level security lets it see; before 15
    // it shows what its owner sees with app.tenant_id set.
    static async Task ReplaceViewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var mapped = await connection.QueryAsync<Mapped>(new CommandDefinition(
            MappedSql + " WHERE to_regclass(quote_ident(split_part(target_table, '.', 1)) || '.' || quote_ident(substr(target_table, strpos(target_table, '.') + 1))) IS NOT NULL ORDER BY manifest, entity",
            cancellationToken: cancellationToken));
        var selects = mapped.Select(m =>
            $"SELECT {Identifier.Quote(m.TenantColumn)} AS tenant_id, {Literal(m.Entity)}::text AS entity, "
            + $"{Identifier.Quote(m.LegacyColumn)}::text AS legacy_id, {Identifier.Quote(m.IdColumn)} AS target_id "
            + $"FROM {Identifier.QuoteTable(m.TargetTable)}").ToList();
        if (selects.Count == 0)
            return;
        var options = connection.PostgreSqlVersion.Major >= 15 ? " WITH (security_invoker = true)" : "";
        await connection.ExecuteAsync(new CommandDefinition(
            $"CREATE OR REPLACE VIEW migration.legacy_id_mapping{options} AS {string.Join(" UNION ALL ", selects)}",
            cancellationToken: cancellationToken));
    }

    static async Task<LegacyIdMatch?> AsTenantAsync(
        NpgsqlConnection connection, string entity, Mapped mapped, Guid tenant, string condition, object parameters,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT set_config('app.tenant_id', @tenant, true)", new { tenant = tenant.ToString() }, transaction,
            cancellationToken: cancellationToken));
        var row = await connection.QuerySingleOrDefaultAsync<Found>(new CommandDefinition(
            $"""
            SELECT {Identifier.Quote(mapped.IdColumn)} AS Id, {Identifier.Quote(mapped.LegacyColumn)}::text AS LegacyId
            FROM {Identifier.QuoteTable(mapped.TargetTable)}
            WHERE {Identifier.Quote(mapped.TenantColumn)} = @tenant AND {condition}
            """, parameters, transaction, cancellationToken: cancellationToken));
        return row is null ? null : new LegacyIdMatch(entity, tenant, row.LegacyId, row.Id);
    }

    static Task<Mapped?> FindEntityAsync(NpgsqlConnection connection, string entity, CancellationToken cancellationToken) =>
        connection.QueryFirstOrDefaultAsync<Mapped>(new CommandDefinition(
            MappedSql + " WHERE entity = @entity ORDER BY manifest", new { entity }, cancellationToken: cancellationToken));

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    const string MappedSql =
        """
        SELECT entity AS Entity, target_table AS TargetTable, tenant_column AS TenantColumn, id_column AS IdColumn,
               legacy_column AS LegacyColumn, id_namespace AS IdNamespace
        FROM migration.mapped_entity
        """;

    sealed class Mapped
    {
        public string Entity { get; init; } = "";
        public string TargetTable { get; init; } = "";
        public string TenantColumn { get; init; } = "";
        public string IdColumn { get; init; } = "";
        public string LegacyColumn { get; init; } = "";
        public Guid IdNamespace { get; init; }
    }

    sealed class Found
    {
        public Guid Id { get; init; }
        public string LegacyId { get; init; } = "";
    }
}
