using LocalSqlServer;
using LocalSqlServer.Ddl;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>A database of the stand-in, changed through its tables: it must be the test's own.</summary>
sealed class StandInSource(SqlServerStandIn standIn, bool withFaults) : ILegacySource
{
    public string ConnectionString => standIn.ConnectionString;

    public string Database => standIn.Database.Name;

    public string Login => new SqlConnectionStringBuilder(standIn.ConnectionString).UserID;

    public FaultPlan Faults => withFaults ? standIn.Faults : throw StandInServer.NoFaults();

    public Task AddAsync(string table, params object?[] row) => Done(Table(table).Add(row));

    public Task SetAsync(string table, string keyColumn, object key, string column, object? value) => Some(
        Table(table).Update(row => row.Has(keyColumn, key), row => row[column] = value), table, keyColumn, key);

    public Task DeleteAsync(string table, string keyColumn, object key) =>
        Some(Table(table).Delete(row => row.Has(keyColumn, key)), table, keyColumn, key);

    public Task AddColumnAsync(string table, string column, SqlType type, bool nullable) => Done(Table(table).AddColumn(
        column, type, nullable, nullable || type.Kind == SqlKind.RowVersion ? null : InitialValue.Of(type)));

    public Task DropColumnAsync(string table, string column) => Done(Table(table).DropColumn(column));

    public Task AlterColumnAsync(string table, string column, SqlType type, bool nullable) =>
        Done(Table(table).AlterColumn(column, type, nullable));

    public Task AddViewAsync(string view, string table)
    {
        var parts = view.Split('.');
        return Done(standIn.Database.AddView(parts.Length == 1 ? "dbo" : parts[0], parts[^1], over: Table(table)));
    }

    public Task RefreshViewAsync(string view)
    {
        standIn.Database.View(view).Refresh();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => standIn.DisposeAsync();

    internal static InvalidOperationException NoRow(string table, string keyColumn, object key) =>
        new($"{table} has no row whose {keyColumn} is {key}.");

    LegacyTable Table(string name) => standIn.Database.Table(name);

    static Task Some(int rows, string table, string keyColumn, object key) =>
        rows > 0 ? Task.CompletedTask : throw NoRow(table, keyColumn, key);

    static Task Done(object _) => Task.CompletedTask;
}
