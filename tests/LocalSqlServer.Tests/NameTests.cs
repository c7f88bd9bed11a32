using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Names of tables and columns are compared by the database's collation.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("Latin1_General_CS_AS")]
    [InlineData("Latin1_General_BIN2")]
    public async Task In_a_case_sensitive_database_two_names_may_differ_by_case_only(string collation)
    {
        await using var server = await TestServer.StartAsync(TwoCases(collation));
        await using var connection = await OpenAsync(server);

        Assert.Equal("upper,lower", await TextAsync(connection, "SELECT [Name], [name] FROM [dbo].[T] ORDER BY [Id]"));
        Assert.Equal("lower", await TextAsync(
            connection, "SELECT [x].[name] FROM [dbo].[T] AS [x] JOIN [dbo].[t] AS [X] ON [X].[id] = [x].[Id]"));
        Assert.Equal("1|5", await TextAsync(connection, "SELECT [Id] FROM [dbo].[T] UNION ALL SELECT [other] FROM [dbo].[t]"));
        Assert.Equal("Id|Name|name", await TextAsync(
            connection, "SELECT [name] FROM sys.columns WHERE object_id = OBJECT_ID('dbo.T') ORDER BY column_id"));
        Assert.Equal("-", await TextAsync(connection, "SELECT OBJECT_ID('DBO.T')"));
        Assert.Equal("0", await TextAsync(connection, "SELECT CASE WHEN 'a' = 'A' THEN 1 ELSE 0 END"));
        Assert.Equal(collation, await TextAsync(connection, "SELECT DATABASEPROPERTYEX(DB_NAME(), 'Collation')"));
        Assert.Equal("1,-", await TextAsync(
            connection,
            "SELECT HAS_PERMS_BY_NAME('dbo.T', 'OBJECT', 'SELECT', 'name', 'COLUMN'), HAS_PERMS_BY_NAME('dbo.T', 'OBJECT', 'SELECT', "
            + "'NAME', 'COLUMN')"));
    }

    [Theory]
    [InlineData("SELECT [NAME] FROM [dbo].[T]", 207)]
    [InlineData("SELECT [Name] FROM [dbo].[t]", 207)]
    [InlineData("SELECT [other] FROM [DBO].[t]", 208)]
    [InlineData("SELECT [t].[name] FROM [dbo].[T]", 4104)]
    [InlineData("SELECT * FROM SYS.columns", 208)]
    [InlineData("SELECT [Name] FROM [dbo].[T] GROUP BY [name]", 8120)]
    [InlineData("SELECT CASE WHEN [Name] = 'a' THEN 1 END FROM [dbo].[T] GROUP BY CASE WHEN [Name] = 'A' THEN 1 END", 8120)]
    public async Task A_name_of_another_case_is_unknown_there(string sql, int number)
    {
        await using var server = await TestServer.StartAsync(TwoCases("Latin1_General_CS_AS"));
        await using var connection = await OpenAsync(server);
        Assert.Equal(number, (await Assert.ThrowsAsync<SqlException>(() => TestServer.QueryAsync(connection, sql))).Number);
    }

    [Fact]
    public async Task In_a_case_insensitive_database_a_name_fits_in_any_case()
    {
        var database = new LegacyDatabase("Insensitive", Collation.Get("Latin1_General_CI_AS"));
        var table = database.AddTable("dbo", "T").Column("Name", SqlType.Int).Add(1);
        await using var server = await TestServer.StartAsync(database);
        await using var connection = await OpenAsync(server);

        Assert.Equal("1", await TextAsync(connection, "SELECT [nAME] FROM [DBO].[t] GROUP BY [NAME] + 0, [naME]"));
        Assert.Equal("1", await TextAsync(connection, "SELECT CASE WHEN 'a' = 'A' THEN 1 ELSE 0 END"));
        Assert.Equal(2705, Assert.Throws<SqlServerException>(() => table.Column("NAME", SqlType.Int)).Number);
    }

    static LegacyDatabase TwoCases(string collation)
    {
        var database = new LegacyDatabase("Sensitive", Collation.Get(collation));
        database.AddTable("dbo", "T").Column("Id", SqlType.Int).Column("Name", SqlType.VarChar(10, Collation.Get(collation)))
            .Column("name", SqlType.VarChar(10, Collation.Get(collation))).PrimaryKey("Id").Add(1, "upper", "lower");
        database.AddTable("dbo", "t").Column("id", SqlType.Int).Column("other", SqlType.Int).Add(1, 5);
        return database;
    }

    static async Task<SqlConnection> OpenAsync(SqlServerStandIn server)
    {
        var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    static async Task<string> TextAsync(SqlConnection connection, string sql) => string.Join('|',
        (await TestServer.QueryAsync(connection, sql)).Select(row => string.Join(',', row.Select(v => v is DBNull ? "-" : $"{v}"))));
}
