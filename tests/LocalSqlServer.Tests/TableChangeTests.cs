using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Tables change while the server runs; views over them stay what they were.</summary>
public sealed class TableChangeTests : IAsyncLifetime
{
    readonly LegacyDatabase _database = new("Changing");
    readonly LegacyTable _table;
    SqlServerStandIn? _server;
    SqlConnection? _connection;

    public TableChangeTests() => _table = _database.AddTable("dbo", "T").Column("Id", SqlType.Int)
        .Column("Name", SqlType.NVarChar(10)).Column("Amount", SqlType.Int, nullable: true).PrimaryKey("Id")
        .Add(1, "one", 10).Add(2, "two", null);

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(_database);
        _connection = new SqlConnection(_server.ConnectionString + ";Pooling=False");
        await _connection.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task A_column_that_is_added_dropped_or_altered_is_so_for_the_next_statement()
    {
        _table.AddColumn("Extra", SqlType.VarChar(5), nullable: true, value: "x");
        Assert.Equal("1,one,10,x|2,two,-,x", await TextAsync("SELECT * FROM dbo.T"));
        _table.DropColumn("Name");
        Assert.Equal("1,10,x|2,-,x", await TextAsync("SELECT * FROM dbo.T"));
        Assert.Equal(207, await ErrorAsync("SELECT Name FROM dbo.T"));
        _table.AlterColumn("Amount", SqlType.Decimal(9, 2), nullable: true);
        Assert.Equal("1,10.00,x|2,-,x", await TextAsync("SELECT * FROM dbo.T"));
        _table.Add(3, 1.5m, "y");
        Assert.Equal(
            "Id,1,int,False|Amount,3,decimal,True|Extra,4,varchar,True",
            await TextAsync(
                "SELECT c.name, c.column_id, t.name, c.is_nullable FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id "
                + "WHERE c.object_id = OBJECT_ID('dbo.T') ORDER BY c.column_id"));
        Assert.Equal("Amount decimal|Extra varchar", await ShapeAsync("SELECT Amount, Extra FROM dbo.T WHERE 1 = 0"));
    }

    [Fact]
    public async Task A_statement_that_runs_keeps_the_table_as_it_was()
    {
        for (var i = 3; i <= 20_000; i++)
            _table.Add(i, $"n{i}", i);
        await using var command = new SqlCommand("SELECT Name, Amount FROM dbo.T", _connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        _table.DropColumn("Amount").AlterColumn("Name", SqlType.NVarChar(20), nullable: true);
        var rows = 1;
        while (await reader.ReadAsync())
            rows++;
        Assert.Equal(20_000, rows);
    }

    [Theory]
    [InlineData("add again", 2705)]
    [InlineData("add without null", 4901)]
    [InlineData("drop key", 4922)]
    [InlineData("drop unknown", 4924)]
    [InlineData("alter key", 4922)]
    [InlineData("shorten", 8152)]
    [InlineData("null", 515)]
    [InlineData("not a number", 245)]
    public async Task What_a_server_refuses_is_refused_and_changes_nothing(string change, int number)
    {
        var error = Assert.Throws<SqlServerException>(() => change switch
        {
            "add again" => _table.AddColumn("NAME", SqlType.Int, nullable: true),
            "add without null" => _table.AddColumn("Extra", SqlType.Int),
            "drop key" => _table.DropColumn("Id"),
            "drop unknown" => _table.DropColumn("Nothing"),
            "alter key" => _table.AlterColumn("Id", SqlType.BigInt, nullable: false),
            "shorten" => _table.AlterColumn("Name", SqlType.NVarChar(2), nullable: false),
            "null" => _table.AlterColumn("Amount", SqlType.Int, nullable: false),
            _ => _table.AlterColumn("Name", SqlType.Int, nullable: false),
        });
        Assert.Equal(number, error.Number);
        Assert.Equal("1,one,10|2,two,-", await TextAsync("SELECT * FROM dbo.T"));
    }

    [Fact]
    public async Task A_snapshot_does_not_outlive_a_change_of_the_table()
    {
        await TestServer.QueryAsync(
            _connection!, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION; SELECT COUNT(*) FROM dbo.T");
        _table.Add(3, "three", 3);
        Assert.Equal("2", await TextAsync("SELECT COUNT(*) FROM dbo.T"));
        _table.AddColumn("Extra", SqlType.Int, nullable: true);
        Assert.Equal(3961, await ErrorAsync("SELECT COUNT(*) FROM dbo.T"));
    }

    [Fact]
    public async Task A_view_shows_the_rows_of_its_table()
    {
        _database.AddView("dbo", "V", over: _table);
        Assert.Equal("2,two,-", await TextAsync("SELECT * FROM dbo.V WHERE Id = 2"));
        _table.Add(3, "three", 3);
        Assert.Equal("3", await TextAsync("SELECT COUNT(*) FROM V AS v JOIN dbo.T AS t ON t.Id = v.Id"));
        Assert.Equal("V ,VIEW|U ,USER_TABLE", await TextAsync("SELECT type, type_desc FROM sys.objects ORDER BY type DESC"));
        Assert.Equal("T", await TextAsync("SELECT name FROM sys.tables"));
        Assert.Equal("0", await TextAsync("SELECT COUNT(*) FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.V')"));
        Assert.Equal("V", await TextAsync("SELECT OBJECT_NAME(OBJECT_ID('dbo.V'))"));
        Assert.Equal("T,BASE TABLE|V,VIEW", await TextAsync(
            "SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_NAME"));
    }

    [Fact]
    public async Task A_view_that_is_not_refreshed_shows_present_columns_under_old_names()
    {
        var view = _database.AddView("dbo", "V", over: _table);
        _table.AddColumn("Extra", SqlType.Int, nullable: true, value: 5);
        Assert.Equal("1,one,10|2,two,-", await TextAsync("SELECT * FROM dbo.V"));
        Assert.Equal(207, await ErrorAsync("SELECT Extra FROM dbo.V"));
        _table.DropColumn("Name");
        Assert.Equal("Id int|Name int|Amount int", await ShapeAsync("SELECT * FROM dbo.V"));
        Assert.Equal("1,10,5|2,-,5", await TextAsync("SELECT Id, Name, Amount FROM dbo.V"));
        Assert.Equal("Id,int|Name,nvarchar|Amount,int", await TextAsync(
            "SELECT c.name, t.name FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id "
            + "WHERE c.object_id = OBJECT_ID('dbo.V') ORDER BY c.column_id"));
        _table.DropColumn("Extra");
        Assert.Equal(4502, await ErrorAsync("SELECT Id FROM dbo.V"));
        view.Refresh();
        Assert.Equal("1,10|2,-", await TextAsync("SELECT * FROM dbo.V"));
    }

    async Task<string> TextAsync(string sql) => string.Join('|',
        (await TestServer.QueryAsync(_connection!, sql)).Select(row => string.Join(',', row.Select(v => v is DBNull ? "-" : $"{v}"))));

    async Task<string> ShapeAsync(string sql)
    {
        await using var command = new SqlCommand(sql, _connection);
        await using var reader = await command.ExecuteReaderAsync();
        return string.Join('|', (await reader.GetColumnSchemaAsync()).Select(c => $"{c.ColumnName} {c.DataTypeName}"));
    }

    async Task<int> ErrorAsync(string sql) =>
        (await Assert.ThrowsAsync<SqlException>(() => TestServer.QueryAsync(_connection!, sql))).Number;
}
