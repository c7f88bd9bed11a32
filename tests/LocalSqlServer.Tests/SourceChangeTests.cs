using LegacyServers;
using LocalSqlServer.Ddl;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>What tests change in a source: done on the stand-in, written as T-SQL for a real server.</summary>
public sealed class SourceChangeTests
{
    [Fact]
    public async Task Rows_columns_and_views_of_the_stand_in_change_by_name()
    {
        await using var source = await new StandInServer(withFaults: false).ServeAsync(Database());
        await source.AddAsync("dbo.T", 5, "five", new DateTime(2024, 1, 2), null);
        await source.AddAsync("T", null, "six", null, null);
        await source.SetAsync("dbo.T", "Id", 5L, "Name", "FIVE");
        await source.SetAsync("dbo.T", "Name", "six", "Day", new DateTime(2024, 3, 4));
        await source.AddViewAsync("dbo.V", "dbo.T");
        await source.AddColumnAsync("dbo.T", "Code", SqlType.VarChar(5), nullable: true);
        await source.AddColumnAsync("dbo.T", "Amount", SqlType.Decimal(9, 2), nullable: false);
        Assert.Equal(
            "1 one - - 0.00|5 FIVE 2024 - 0.00|6 six 2024 - 0.00",
            await RowsAsync(source, "Id, Name, YEAR(Day), Code, Amount FROM dbo.T"));
        await source.AlterColumnAsync("dbo.T", "Amount", SqlType.Int, nullable: true);
        await source.DropColumnAsync("dbo.T", "Code");
        await source.DeleteAsync("dbo.T", "Id", 5);
        Assert.Equal("1 0|6 0", await RowsAsync(source, "Id, Amount FROM dbo.T"));
        await source.RefreshViewAsync("dbo.V");
        Assert.Equal("1 0|6 0", await RowsAsync(source, "Id, Amount FROM dbo.V"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => source.DeleteAsync("dbo.T", "Id", 5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => source.SetAsync("dbo.T", "Id", 5, "Name", "x"));
    }

    [Fact]
    public async Task Every_type_has_an_initial_value()
    {
        await using var source = await new StandInServer(withFaults: false).ServeAsync(Database());
        foreach (var (type, i) in TypeTests.Cases.Select((c, i) => (c.Type, i)))
        {
            await source.AddColumnAsync("dbo.T", $"C{i}", type, nullable: false);
            Assert.All(ColumnScript.Add("[dbo].[T]", $"C{i}", type, nullable: false), batch => ScriptCatalogue.Parse(batch));
        }
        await source.AddColumnAsync("dbo.T", "Ver2", SqlType.RowVersion, nullable: false);
        Assert.Single(ColumnScript.Add("[dbo].[T]", "Ver2", SqlType.RowVersion, nullable: false));
    }

    [Fact]
    public void A_real_server_gets_t_sql_of_sql_server_2012()
    {
        string[] batches =
        [
            .. ColumnScript.Add("[dbo].[T]", "a]b", SqlType.NVarChar(5), nullable: true),
            ColumnScript.Drop("[dbo].[T]", "a]b"), ColumnScript.Alter("[dbo].[T]", "a]b", SqlType.Decimal(9, 2), nullable: false),
            ColumnScript.Refresh(DatabaseScript.QuoteParts("dbo.it's")), RowScript.Columns,
        ];
        Assert.All(batches, batch => ScriptCatalogue.Parse(batch));
        Assert.Equal("ALTER TABLE [dbo].[T] ALTER COLUMN [a]]b] decimal(9,2) NOT NULL", batches[2]);
        Assert.Equal("EXEC sp_refreshview N'[dbo].[it''s]'", batches[3]);
    }

    [Fact]
    public void A_row_is_inserted_without_the_columns_that_the_server_fills()
    {
        RowColumn[] columns = [new("Id", true, false), new("Name", false, false), new("Day", false, false), new("Ver", false, true)];
        using var given = RowScript.Insert("[dbo].[T]", columns, [7, null, new DateTime(2024, 1, 2), null]);
        using var next = RowScript.Insert("[dbo].[T]", columns, [null, "x", null, null]);
        using var update = RowScript.Update("[dbo].[T]", "Id", 7, "Name", null);
        using var delete = RowScript.Delete("[dbo].[T]", "Id", 7);

        Assert.Equal(
            "SET IDENTITY_INSERT [dbo].[T] ON; INSERT INTO [dbo].[T] ([Id], [Name], [Day]) VALUES (@p0, NULL, @p1); "
            + "SET IDENTITY_INSERT [dbo].[T] OFF",
            given.CommandText);
        Assert.Equal("INSERT INTO [dbo].[T] ([Name], [Day]) VALUES (@p0, NULL)", next.CommandText);
        Assert.Equal("UPDATE [dbo].[T] SET [Name] = NULL WHERE [Id] = @p0", update.CommandText);
        Assert.Equal("DELETE FROM [dbo].[T] WHERE [Id] = @p0", delete.CommandText);
        Assert.Equal(System.Data.SqlDbType.DateTime2, given.Parameters["@p1"].SqlDbType);
        Assert.Throws<ArgumentException>(() => RowScript.Insert("[dbo].[T]", columns, [1, "x", null, 5L]));
        Assert.Throws<ArgumentException>(() => RowScript.Insert("[dbo].[T]", columns, [1]));
    }

    static LegacyDatabase Database()
    {
        var database = new LegacyDatabase("Changed");
        database.AddTable("dbo", "T").Column("Id", SqlType.Int, identity: true).Column("Name", SqlType.NVarChar(20))
            .Column("Day", SqlType.DateTime2(), nullable: true).Column("Ver", SqlType.RowVersion).PrimaryKey("Id")
            .Add(null, "one", null, null);
        return database;
    }

    static async Task<string> RowsAsync(ILegacySource source, string query)
    {
        await using var connection = new SqlConnection(source.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        var rows = await TestServer.QueryAsync(connection, $"SELECT {query} ORDER BY Id");
        return string.Join('|', rows.Select(row => string.Join(' ', row.Select(v => v is DBNull ? "-" : $"{v}"))));
    }
}
