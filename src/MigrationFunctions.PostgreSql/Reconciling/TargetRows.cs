using Dapper;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Catalog;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>Reads target rows as canonical tuples. Under the direct identity where there is one, for row-level security
/// would ask its question of every row; the tenant stands in each statement all the same.</summary>
public sealed class TargetRows(PostgresConnections connections) : ITargetRows
{
    readonly TargetCatalog _catalog = new(connections);

    public async Task<IReadOnlyDictionary<Guid, SideCount>> CountByTenantAsync(
        RunContext run, EntityManifest entity, IReadOnlyCollection<Guid> tenants, CancellationToken cancellationToken)
    {
        var tenant = Identifier.Quote(entity.Target.Tenant);
        var count = $"SELECT {tenant} AS Tenant, count(*) AS Rows, {SoftDelete.Count(entity)} AS Deleted "
            + $"FROM {Identifier.QuoteTable(entity.Target.Table)}";
        if (await _catalog.DirectBypassesAsync(cancellationToken))
            return await CountAsync($"{count} GROUP BY 1", null);
        var counts = new Dictionary<Guid, SideCount>();
        foreach (var one in tenants)
            foreach (var (id, rows) in await CountAsync($"{count} WHERE {tenant} = @one GROUP BY 1", one))
                counts[id] = rows;
        return counts;

        Task<Dictionary<Guid, SideCount>> CountAsync(string sql, Guid? one) =>
            RunAsync(run, one ?? Guid.Empty, entity.Target.Table, async connection =>
                (await connection.QueryAsync<CountRow>(Command(run, sql, new { one }, cancellationToken)))
                .ToDictionary(r => r.Tenant, r => new SideCount(r.Rows, r.Deleted)), cancellationToken);
    }

    public Task<IReadOnlyList<Guid>> PlanAsync(RowSlice slice, int rows, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<Guid>>(slice, async connection =>
            (await connection.QueryAsync<Guid>(Command(
                slice.Run, $"SELECT id FROM {Numbered(slice)} WHERE n % @rows = 0 AND n < total ORDER BY id",
                new { rows, tenant = slice.Tenant.Id }, cancellationToken))).AsList(), cancellationToken);

    public Task ReadAsync(
        RowSlice slice, Guid? after, Guid? upTo, RowVisitor visit, CancellationToken cancellationToken)
    {
        var id = Identifier.Quote(slice.Layout.Entity.Target.Id);
        var from = after is { } first ? $" AND {id} > '{first}'" : "";
        var to = upTo is { } last ? $" AND {id} <= '{last}'" : "";
        return RunAsync(slice, async connection =>
        {
            await CopyOutAsync(connection, slice, from + to, visit, cancellationToken);
            return 0;
        }, cancellationToken);
    }

    public Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> ReadByIdAsync(
        RowSlice slice, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>>(slice, async connection =>
        {
            var rows = new Dictionary<Guid, ReadOnlyMemory<byte>>();
            if (ids.Count > 0)
                await CopyOutAsync(
                    connection, slice,
                    $" AND {Identifier.Quote(slice.Layout.Entity.Target.Id)} IN ({string.Join(", ", ids.Select(i => $"'{i}'"))})",
                    (id, tuple) => rows[id] = tuple.ToArray(), cancellationToken);
            return rows;
        }, cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> SampleAsync(
        RowSlice slice, long step, long offset, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ReadOnlyMemory<byte>>>(slice, async connection =>
        {
            var rows = new List<ReadOnlyMemory<byte>>();
            var id = Identifier.Quote(slice.Layout.Entity.Target.Id);
            var numbered = Numbered(slice, $"'{slice.Tenant.Id}'");
            FormattableString sampled =
                $" AND {id} IN (SELECT id FROM {numbered} WHERE (n - 1) % {step} = {offset})";
            await CopyOutAsync(
                connection, slice, FormattableString.Invariant(sampled), (_, tuple) => rows.Add(tuple.ToArray()),
                cancellationToken);
            return rows;
        }, cancellationToken);

    // Numbered from 1 by id: one pass over the primary key.
    static string Numbered(RowSlice slice, string tenant = "@tenant")
    {
        var columns = slice.Layout.Entity.Target;
        var id = Identifier.Quote(columns.Id);
        return $"(SELECT {id} AS id, row_number() OVER (ORDER BY {id}) AS n, count(*) OVER () AS total "
            + $"FROM {Identifier.QuoteTable(slice.Layout.TargetTable)} "
            + $"WHERE {Identifier.Quote(columns.Tenant)} = {tenant}) AS numbered";
    }

    static async Task CopyOutAsync(
        NpgsqlConnection connection, RowSlice slice, string condition, RowVisitor visit,
        CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {Identifier.List(slice.Layout.CopyColumns)} FROM {Identifier.QuoteTable(slice.Layout.TargetTable)} "
            + $"WHERE {Identifier.Quote(slice.Layout.Entity.Target.Tenant)} = '{slice.Tenant.Id}'{condition}) "
            + "TO STDOUT (FORMAT BINARY)", cancellationToken);
        stream.ReadTimeout = slice.Run.Options.CommandTimeoutSeconds * 1000;
        await TupleStream.ReadAsync(stream, visit, cancellationToken);
    }

    Task<T> RunAsync<T>(
        RowSlice slice, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(slice.Run, slice.Tenant.Id, slice.ToString(), work, cancellationToken);

    Task<T> RunAsync<T>(
        RunContext run, Guid tenant, string place, Func<NpgsqlConnection, Task<T>> work,
        CancellationToken cancellationToken) =>
        connections.RunAsync(connections.Direct, place, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await TenantScope.EnterAsync(connection, TenantScope.SettingsOf(run), tenant, cancellationToken);
            return await work(connection);
        }, cancellationToken);

    static CommandDefinition Command(
        RunContext run, string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);

    sealed class CountRow
    {
        public Guid Tenant { get; init; }
        public long Rows { get; init; }
        public long? Deleted { get; init; }
    }
}
