using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>A stand-in with parents and children of tenants, some of which do not exist.</summary>
public sealed class RelatedServer : IAsyncLifetime
{
    SqlServerStandIn? _server;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(Database());

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public async Task<SqlConnection> OpenAsync()
    {
        var connection = new SqlConnection(_server!.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public async Task<List<object[]>> QueryAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync();
        return await TestServer.QueryAsync(connection, sql, parameters);
    }

    /// <summary>Rows as text: values parted by commas, rows by bars, NULL as a dash.</summary>
    public async Task<string> TextAsync(string sql, params (string Name, object Value)[] parameters) => string.Join('|',
        (await QueryAsync(sql, parameters)).Select(row => string.Join(',', row.Select(v => v is DBNull ? "-" : $"{v}"))));

    public async Task<int> ErrorAsync(string sql, params (string Name, object Value)[] parameters) =>
        (await Assert.ThrowsAsync<SqlException>(() => QueryAsync(sql, parameters))).Number;

    static LegacyDatabase Database()
    {
        var greek = Collation.Get("Greek_CI_AS");
        var database = new LegacyDatabase("Related");
        database.AddTable("dbo", "District").Column("K", SqlType.Int).Column("Name", SqlType.NVarChar(20))
            .PrimaryKey("K").Add(1, "North").Add(2, "South");
        database.AddTable("dbo", "Parent").Column("Tenant", SqlType.Int).Column("Code", SqlType.VarChar(10))
            .Column("Guid", SqlType.UniqueIdentifier).Column("Flag", SqlType.Bit)
            .Index("IX_Parent", unique: false, "Code")
            .Add(1, "A", new Guid(2, 0, 0, new byte[8]), true).Add(1, "B", new Guid(1, 0, 0, new byte[8]), false)
            .Add(2, "a", Guid.Empty, true);
        var child = database.AddTable("dbo", "Child").Column("Id", SqlType.Int).Column("Tenant", SqlType.Int, nullable: true)
            .Column("Ref", SqlType.NVarChar(10), nullable: true).Column("IsDeleted", SqlType.Bit)
            .Column("Amount", SqlType.Decimal(9, 2), nullable: true).Column("Note", SqlType.VarChar(30), nullable: true)
            .Column("Greek", SqlType.NVarChar(10, greek), nullable: true)
            .PrimaryKey("Id");
        child.Add(1, 1, "a", false, 1.5m, " 007", "α").Add(2, 1, "b ", true, null, "7", "Α").Add(3, 1, "x", false, 2m, "x", "β")
            .Add(4, 2, "A", false, 3m, "", null).Add(5, 2, "B", true, 4m, null, "γ").Add(6, 9, "A", false, 5m, "8", "γ")
            .Add(7, null, null, false, 6m, "+9", "ά");
        return database;
    }
}
