using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Limits;
using MigrationFunctions.PostgreSql.Mapping;
using MigrationFunctions.PostgreSql.Reconciling;
using MigrationFunctions.PostgreSql.Scripts;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A database of one test, seen by its superuser, its writer and its direct role.</summary>
public sealed class TargetDatabase : IAsyncDisposable
{
    readonly TargetServer _server;
    readonly NpgsqlDataSource _admin;
    readonly string _admins;
    readonly string _writers;
    readonly string _directs;

    internal TargetDatabase(TargetServer server, string name, string admin, string writer, string direct)
    {
        (_server, Name, _admins, _writers, _directs) = (server, name, admin, writer, direct);
        _admin = NpgsqlDataSource.Create(admin);
        Connections = Connect();
        Database = new PostgresTarget(Connections);
        Tables = new TargetTables(Connections);
        Ledger = new PostgresLedger(Connections);
        Runs = new PostgresRunStore(Connections, new MigrationSchema(Connections));
        LegacyIds = new LegacyIdMapping(Connections);
        Limits = new PostgresRunLimits(Connections, TimeProvider.System);
    }

    public string Name { get; }

    public string Admin => _admins;

    public string Writer => _writers;

    public string Direct => _directs;

    public PostgresConnections Connections { get; }

    public PostgresTarget Database { get; }

    public TargetTables Tables { get; }

    public PostgresLedger Ledger { get; }

    public PostgresRunStore Runs { get; }

    public LegacyIdMapping LegacyIds { get; }

    public PostgresRunLimits Limits { get; }

    public Target Target => PostgresParts.Over(Connections, TimeProvider.System);

    /// <summary>Connections of their own, with both roles or with the writer alone.</summary>
    public PostgresConnections Connect(bool hasDirect = true) => new("test", _writers, hasDirect ? _directs : null);

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>Asks as the superuser, who sees all tenants.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async Task<List<T>> QueryAsync<T>(string sql)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql)).ToList();
    }

    public async Task<NpgsqlConnection> OpenAdminAsync() => await _admin.OpenConnectionAsync();

    /// <summary>All rows of a table in the order of all columns, as one text: equal texts are equal tables.</summary>
    public Task<string> DumpAsync(string table) =>
        ScalarAsync<string>($"SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM {table} AS t");

    /// <summary>What COPY gives back of a query: its rows' canonical bytes, without header and trailer.</summary>
    public async Task<byte[]> CopyOutAsync(string query)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        using var copied = new MemoryStream();
        await using (var stream = await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT BINARY)"))
            await stream.CopyToAsync(copied);
        return copied.ToArray()[TupleBuffer.Header.Length..^TupleBuffer.Trailer.Length];
    }

    /// <summary>The digest of what the target holds, as the ledger would have it.</summary>
    public async Task<string> DigestAsync(string query)
    {
        var digest = new BatchDigest();
        foreach (var tuple in TupleReader.Split(await CopyOutAsync(query)))
            digest.Add(tuple.Span);
        return digest.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await _admin.DisposeAsync();
        await _server.DropAsync(Name);
    }
}
