using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>A stand-in with a small database, for one test class.</summary>
public sealed class TestServer : IAsyncLifetime
{
    SqlServerStandIn? _server;

    public SqlServerStandIn Server => _server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() =>
        _server = await StartAsync(SmallDatabase());

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public static Task<SqlServerStandIn> StartAsync(LegacyDatabase database, bool encrypt = false) =>
        SqlServerStandIn.StartAsync(new StandInOptions { Database = database, Encrypt = encrypt });

    public async Task<SqlConnection> OpenAsync(string extra = "")
    {
        var connection = new SqlConnection(Server.ConnectionString + ";Pooling=False;" + extra);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>All rows of all columns of a query.</summary>
    public async Task<List<object[]>> QueryAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync();
        return await QueryAsync(connection, sql, parameters);
    }

    public static async Task<List<object[]>> QueryAsync(
        SqlConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = new SqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    public async Task<object?> ScalarAsync(string sql, params (string Name, object Value)[] parameters) =>
        (await QueryAsync(sql, parameters))[0][0];

    public async Task<SqlException> FailsAsync(string sql, params (string Name, object Value)[] parameters) =>
        await Assert.ThrowsAsync<SqlException>(() => QueryAsync(sql, parameters));

    public static LegacyDatabase SmallDatabase()
    {
        var database = new LegacyDatabase("Small");
        database.AddTable("dbo", "District")
            .Column("DistrictID", SqlType.Int, identity: true)
            .Column("Name", SqlType.NVarChar(50))
            .PrimaryKey("DistrictID")
            .Add(1, "North").Add(2, "South").Add(3, "Empty");
        var student = database.AddTable("dbo", "Student")
            .Column("StudentID", SqlType.BigInt)
            .Column("DistrictID", SqlType.Int, nullable: true)
            .Column("Name", SqlType.NVarChar(40))
            .Column("Code", SqlType.VarChar(10), nullable: true)
            .Column("Gpa", SqlType.Decimal(4, 3), nullable: true)
            .Column("RowVer", SqlType.RowVersion)
            .Clustered("DistrictID", "StudentID")
            .Index("UX_Student", unique: true, "StudentID")
            .References("DistrictID", "dbo.District", "DistrictID");
        for (var i = 1; i <= 10; i++)
        {
            int? district = i == 10 ? null : i <= 6 ? 1 : 2;
            student.Add(100L + i, district, $"Name {i}", i % 3 == 0 ? null : $"C{i % 2}", i / 4m, null);
        }
        return database;
    }
}
