using System.Security.Cryptography;
using Dapper;
using LocalPostgres;
using Npgsql;

namespace Scenarios.Tests.Harness;

/// <summary>A scenario's target, looked at as a superuser.</summary>
public sealed class TargetDatabase(PostgresServer server, string name, string admin, string writer, string direct)
    : IAsyncDisposable
{
    readonly NpgsqlDataSource _admin = NpgsqlDataSource.Create(admin);

    public string Name => name;
    public string Admin => admin;
    public string Writer => writer;
    public string Direct => direct;

    /// <summary>Runs a statement beside the database, as a superuser of its server.</summary>
    public async Task OnServerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All that a migration leaves in the target, table by table, as digests of their bytes.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DigestsAsync()
    {
        await using var connection = await _admin.OpenConnectionAsync();
        var digests = new Dictionary<string, string>();
        foreach (var table in AppliedLog.Tables)
            digests[table] = await DigestAsync(connection, $"SELECT * FROM school.{table} ORDER BY tenant_id, id");
        digests["legacy_id_mapping"] = await DigestAsync(
            connection,
            """
            SELECT * FROM migration.legacy_id_mapping ORDER BY tenant_id, entity, legacy_id COLLATE "C", target_id
            """);
        // Real servers number their rows themselves: RowVer is no part of what two runs have in common.
        digests["rejected_row"] = await DigestAsync(
            connection,
            """
            SELECT manifest, tenant_id, entity, legacy_key, column_name, rule, original - 'RowVer'
            FROM migration.rejected_row
            WHERE ledger NOT LIKE 'dryRun/%'
            ORDER BY manifest, tenant_id, entity, legacy_key COLLATE "C", column_name COLLATE "C", rule COLLATE "C",
                     (original - 'RowVer')::text COLLATE "C"
            """);
        return digests;
    }

    /// <summary>Fails when a row was applied twice, changed after it was written, or written outside a recorded
    /// batch.</summary>
    public async Task AssertAppliedOnceAsync()
    {
        foreach (var table in await AppliedAsync())
        {
            Assert.True(table.RowsInserted == table.RowsInTable, $"Rows were applied more than once: {table}");
            Assert.True(table.RowsInLedger == table.RowsInTable, $"The ledger differs from the table: {table}");
            Assert.True(table.OtherRows == 0, $"Rows were written over: {table}");
            Assert.True(table.Transactions == table.WritingBatches, $"A batch was applied more than once: {table}");
        }
    }

    public async Task<IReadOnlyList<Applied>> AppliedAsync()
    {
        var applied = new List<Applied>();
        foreach (var table in AppliedLog.Tables)
            applied.Add(await QueryAsync<Applied>(
                $"""
                SELECT '{table}' AS "Table",
                       coalesce(sum(rows) FILTER (WHERE action = 'INSERT'), 0)::bigint AS "RowsInserted",
                       coalesce(sum(rows) FILTER (WHERE action <> 'INSERT'), 0)::bigint AS "OtherRows",
                       count(DISTINCT xid) AS "Transactions",
                       (SELECT count(*) FROM school.{table}) AS "RowsInTable",
                       (SELECT count(*) FROM migration.batch_state
                        WHERE entity = '{table}' AND state = 'done' AND rows_written > 0
                          AND ledger NOT LIKE 'dryRun/%') AS "WritingBatches",
                       (SELECT coalesce(sum(rows_written), 0)::bigint FROM migration.batch_state
                        WHERE entity = '{table}' AND ledger NOT LIKE 'dryRun/%') AS "RowsInLedger"
                FROM applied.log WHERE table_name = '{table}'
                """));
        return applied;
    }

    public async Task<T> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _admin.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql, parameters)];
    }

    /// <summary>Asks until the answer is yes; fails when it takes longer than a run may.</summary>
    public async Task UntilAsync(string question)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var since = TimeProvider.System.GetTimestamp();
        while (!await QueryAsync<bool>(question))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Api.Limit, $"It does not come true: {question}");
            await timer.WaitForNextTickAsync();
        }
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await server.DropDatabaseAsync(name);
    }

    static async Task<string> DigestAsync(NpgsqlConnection connection, string query)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT BINARY)");
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(copy));
    }
}
