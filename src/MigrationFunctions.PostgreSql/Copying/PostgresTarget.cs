using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Catalog;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Mapping;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>The multi-tenant target: two write paths with one result, and its catalogue.</summary>
public sealed class PostgresTarget(PostgresConnections connections) : ITargetDatabase
{
    readonly TargetCatalog _catalog = new(connections);
    readonly TargetPrivileges _privileges = new(connections);
    readonly TargetFitness _fitness = new(connections);

    public Task<TargetFacts> GetFactsAsync(CancellationToken cancellationToken) =>
        _catalog.GetFactsAsync(cancellationToken);

    public Task<TargetTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        _catalog.FindTableAsync(name, cancellationToken);

    public Task<IReadOnlyList<string>> FindMissingPrivilegesAsync(string table, CancellationToken cancellationToken) =>
        _catalog.FindMissingPrivilegesAsync(table, cancellationToken);

    public Task<IReadOnlyList<Problem>> FindObstaclesAsync(
        EntityTarget table, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken) =>
        _fitness.FindAsync(table, tenants, cancellationToken);

    public Task<Problem?> FindPoolerAsync(CancellationToken cancellationToken) => _fitness.FindPoolerAsync(cancellationToken);

    public Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        _privileges.FindExcessiveAsync(tables, cancellationToken);

    public Task<SourceTable> KeepSourceTableAsync(
        string runId, string entity, SourceTable table, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.source_table", async connection =>
        {
            var parameters = new { runId, entity, description = StoredJson.Write(table) };
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO migration.source_table (run_id, entity, description) VALUES (@runId, @entity, @description)
                ON CONFLICT DO NOTHING
                """, parameters, cancellationToken: cancellationToken));
            var kept = await connection.QuerySingleAsync<string>(new CommandDefinition(
                "SELECT description FROM migration.source_table WHERE run_id = @runId AND entity = @entity", parameters,
                cancellationToken: cancellationToken));
            return StoredJson.Read<SourceTable>(kept);
        }, cancellationToken);

    public Task PrepareAsync(Manifest manifest, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.legacy_id_mapping", async connection =>
        {
            await LegacyIdMapping.RegisterAsync(connection, manifest, cancellationToken);
            return 0;
        }, cancellationToken);

    public async Task<IReadOnlyList<WritePath>> GetPathsAsync(
        RunContext run, TargetTable table, CancellationToken cancellationToken)
    {
        if (run.Options.WritePath == WritePath.Staged)
            return [WritePath.Staged];
        var canGoDirect = (!table.HasRowSecurity || await _catalog.DirectBypassesAsync(cancellationToken))
            && await _catalog.CountsRowsAsync(cancellationToken);
        return (run.Options.WritePath, canGoDirect) switch
        {
            (WritePath.Direct, true) => [WritePath.Direct],
            (WritePath.Direct, false) => throw new MigrationException(new Problem(
                ErrorCodes.TargetDirectPathImpossible, table.Name,
                "COPY into a table is refused while row-level security applies to the role, and its rows are not "
                + "counted while track_counts is off.",
                "Set a direct connection whose role has BYPASSRLS and counts rows, or use writePath auto or staged.")),
            (_, true) => [WritePath.Direct, WritePath.Staged],
            _ => [WritePath.Staged],
        };
    }

    public Task<ITargetBatch> BeginBatchAsync(BatchWork work, WritePath path, CancellationToken cancellationToken) =>
        TargetBatch.BeginAsync(connections, work, path, cancellationToken);

    public async Task<IReadOnlyCollection<Guid>> FindMissingParentsAsync(
        BatchWork work, EntityReference reference, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var place = $"{work.Slice}, reference to {reference.Entity}";
        await using var connection = await connections.OpenAsync(connections.Writer, cancellationToken);
        try
        {
            // One look-up by the parent's key for each id, whatever the planner believes of a table that was just
            // loaded and never analysed: a join would read the whole tenant for each of them.
            await using var batch = new NpgsqlBatch(connection) { Timeout = work.Run.Options.CommandTimeoutSeconds };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                "SELECT set_config(setting, $1, true) FROM unnest($2) AS setting")
            { Parameters = { new() { Value = work.Tenant.Id.ToString() }, new() { Value = TenantScope.SettingsOf(work.Run) } } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
                + "set_config('jit', 'off', true)"));
            var known = work.Run.Mode == RunMode.DryRun
                ? """
                    AND NOT EXISTS (SELECT 1 FROM migration.dry_run_id AS d
                                    WHERE d.ledger = $3 AND d.tenant_id = $2 AND d.entity = $4 AND d.id = u.id)
                  """
                : "";
            var missing = new NpgsqlBatchCommand(
                $"""
                SELECT u.id FROM unnest($1) AS u(id)
                WHERE (SELECT true FROM {Identifier.QuoteTable(reference.Table)} AS p
                       WHERE p.{Identifier.Quote(reference.TenantColumn)} = $2
                         AND p.{Identifier.Quote(reference.IdColumn)} = u.id LIMIT 1) IS NULL{known}
                """)
            { Parameters = { new() { Value = ids.ToArray() }, new() { Value = work.Tenant.Id } } };
            if (known.Length > 0)
            {
                missing.Parameters.Add(new() { Value = work.Run.Ledger });
                missing.Parameters.Add(new() { Value = reference.Entity });
            }
            batch.BatchCommands.Add(missing);
            var found = new HashSet<Guid>();
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                found.Add(rows.GetGuid(0));
            return found;
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, place);
        }
    }
}
