using LocalSqlServer;
using LocalSqlServer.Ddl;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>A database of a real server, changed by the login that made it.</summary>
/// <param name="admin">Connection string of that login in the database.</param>
/// <param name="reader">Of the product's login.</param>
/// <param name="drop">Drops the database.</param>
sealed class RealSource(string admin, string reader, string login, Func<Task> drop) : ILegacySource
{
    public string ConnectionString => reader;

    public string Database => new SqlConnectionStringBuilder(reader).InitialCatalog;

    public string Login => login;

    public FaultPlan Faults => throw StandInServer.NoFaults();

    public async Task AddAsync(string table, params object?[] row)
    {
        await using var connection = await OpenAsync();
        var columns = new List<RowColumn>();
        await using (var question = new SqlCommand(RowScript.Columns, connection))
        {
            question.Parameters.AddWithValue("@table", DatabaseScript.QuoteParts(table));
            await using var reading = await question.ExecuteReaderAsync();
            while (await reading.ReadAsync())
                columns.Add(new(reading.GetString(0), reading.GetBoolean(1), reading.GetBoolean(2)));
        }
        await using var insert = RowScript.Insert(DatabaseScript.QuoteParts(table), columns, row);
        insert.Connection = connection;
        await insert.ExecuteNonQueryAsync();
    }

    public Task SetAsync(string table, string keyColumn, object key, string column, object? value) => SomeAsync(
        RowScript.Update(DatabaseScript.QuoteParts(table), keyColumn, key, column, value), table, keyColumn, key);

    public Task DeleteAsync(string table, string keyColumn, object key) =>
        SomeAsync(RowScript.Delete(DatabaseScript.QuoteParts(table), keyColumn, key), table, keyColumn, key);

    public Task AddColumnAsync(string table, string column, SqlType type, bool nullable) =>
        ExecuteAsync(ColumnScript.Add(DatabaseScript.QuoteParts(table), column, type, nullable));

    public Task DropColumnAsync(string table, string column) =>
        ExecuteAsync([ColumnScript.Drop(DatabaseScript.QuoteParts(table), column)]);

    public Task AlterColumnAsync(string table, string column, SqlType type, bool nullable) =>
        ExecuteAsync([ColumnScript.Alter(DatabaseScript.QuoteParts(table), column, type, nullable)]);

    public Task AddViewAsync(string view, string table) =>
        ExecuteAsync([DatabaseScript.View(DatabaseScript.QuoteParts(view), DatabaseScript.QuoteParts(table))]);

    public Task RefreshViewAsync(string view) => ExecuteAsync([ColumnScript.Refresh(DatabaseScript.QuoteParts(view))]);

    public async ValueTask DisposeAsync() => await drop();

    async Task SomeAsync(SqlCommand change, string table, string keyColumn, object key)
    {
        await using var connection = await OpenAsync();
        await using (change)
        {
            change.Connection = connection;
            if (await change.ExecuteNonQueryAsync() == 0)
                throw StandInSource.NoRow(table, keyColumn, key);
        }
    }

    async Task ExecuteAsync(IReadOnlyList<string> batches)
    {
        await using var connection = await OpenAsync();
        foreach (var batch in batches)
        {
            await using var command = new SqlCommand(batch, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    async Task<SqlConnection> OpenAsync()
    {
        var connection = new SqlConnection(admin);
        await connection.OpenAsync();
        return connection;
    }
}
