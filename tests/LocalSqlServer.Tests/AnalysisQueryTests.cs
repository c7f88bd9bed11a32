using System.Data.Common;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Queries that look at a table as a whole: its groups, ranks, references and the shape of its columns.</summary>
public sealed class AnalysisQueryTests(RelatedServer server) : IClassFixture<RelatedServer>
{
    [Theory]
    [InlineData("SELECT * FROM [dbo].[Child] WHERE 1 = 0")]
    [InlineData("SELECT TOP (0) * FROM [dbo].[Child]")]
    public async Task A_batch_gives_the_columns_of_a_table_and_then_its_rows(string shape)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new SqlCommand(
            $"{shape}; SELECT [Id], [Ref] FROM [dbo].[Child] WHERE [Tenant] = @tenant ORDER BY [Id]", connection);
        command.Parameters.AddWithValue("@tenant", 2);
        await using var reader = await command.ExecuteReaderAsync();

        var columns = (await reader.GetColumnSchemaAsync()).Select(Shape).ToList();
        Assert.False(await reader.ReadAsync());
        Assert.True(await reader.NextResultAsync());
        var rows = new List<object>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetInt32(0), reader.GetString(1)));

        Assert.Equal(
            [
                "Id int 4 10,255 null False", "Tenant int 4 10,255 null True", "Ref nvarchar 10 255,255 null True",
                "IsDeleted bit 1 255,255 null False", "Amount decimal 17 9,2 null True", "Note varchar 30 255,255 null True",
                "Greek nvarchar 10 255,255 null True",
            ],
            columns);
        Assert.Equal([(4, "A"), (5, "B")], rows);
        Assert.False(await reader.NextResultAsync());
    }

    [Theory]
    [InlineData("DENSE_RANK() OVER (ORDER BY [Ref])", "1:2,2:3,3:4,4:2,5:3,6:2,7:1")]
    [InlineData("RANK() OVER (ORDER BY [Ref] DESC)", "1:4,2:2,3:1,4:4,5:2,6:4,7:7")]
    [InlineData("DENSE_RANK() OVER (ORDER BY [Ref] COLLATE Latin1_General_BIN2)", "1:4,2:5,3:6,4:2,5:3,6:2,7:1")]
    [InlineData("DENSE_RANK() OVER (ORDER BY TRY_CAST([Note] AS int))", "1:3,2:3,3:1,4:2,5:1,6:4,7:5")]
    [InlineData("DENSE_RANK() OVER (ORDER BY CAST([Greek] AS nvarchar(40)))", "1:2,2:2,3:4,4:1,5:5,6:5,7:3")]
    [InlineData("RANK() OVER (PARTITION BY [Tenant] ORDER BY [Ref])", "1:1,2:2,3:3,4:1,5:2,6:1,7:1")]
    public async Task Ranks_go_by_any_expression(string expression, string expected)
    {
        var rows = await server.QueryAsync($"SELECT [Id], {expression} FROM [dbo].[Child] ORDER BY [Id]");
        Assert.Equal(expected, string.Join(',', rows.Select(r => $"{r[0]}:{r[1]}")));
    }

    [Theory]
    [InlineData("[p].[Tenant] = [c].[Tenant] AND [p].[Code] = [c].[Ref]", "2,B|3,-|4,a|5,-")]
    [InlineData("[p].[Code] = [c].[Ref]", "2,B|3,-|4,A|5,B")]
    public async Task A_subquery_in_the_select_list_looks_at_each_row(string condition, string expected) => Assert.Equal(
        expected,
        await server.TextAsync(
            $"SELECT [c].[Id], (SELECT MIN([p].[Code]) FROM [dbo].[Parent] AS [p] WHERE {condition}) AS [ref] "
            + "FROM [dbo].[Child] AS [c] WHERE [c].[Tenant] IN (@one, @two) AND [c].[Id] > @after0 AND [c].[Id] <= @upTo0 "
            + "ORDER BY [c].[Id]",
            ("@one", 1), ("@two", 2), ("@after0", 1), ("@upTo0", 5)));

    [Theory]
    [InlineData("SELECT MIN([Guid]) FROM [dbo].[Parent]", "00000000-0000-0000-0000-000000000000")]
    [InlineData("SELECT MAX([Guid]) FROM [dbo].[Parent]", "00000002-0000-0000-0000-000000000000")]
    [InlineData(
        "SELECT COUNT_BIG(*), COUNT_BIG([x].[found]) FROM (SELECT [c].[Id], CASE WHEN EXISTS (SELECT 1 FROM [dbo].[Parent] AS [p] "
        + "WHERE [p].[Tenant] = [c].[Tenant] AND [p].[Code] = [c].[Ref]) THEN 1 END AS [found] FROM [dbo].[Child] AS [c]) AS [x]",
        "7,3")]
    [InlineData(
        "SELECT [t].[K], [g].[n], [g].[k], [g].[rows], [g].[deleted] FROM (SELECT [Tenant] AS [k], COUNT_BIG(*) AS [rows], "
        + "COUNT_BIG(CASE WHEN [IsDeleted] <> 0 THEN 1 END) AS [deleted], ROW_NUMBER() OVER (ORDER BY [Tenant]) AS [n] "
        + "FROM [dbo].[Child] GROUP BY [Tenant]) AS [g] LEFT JOIN [dbo].[District] AS [t] ON [t].[K] = [g].[k] ORDER BY [g].[n]",
        "-,1,-,1,0|1,2,1,3,1|2,3,2,2,1|-,4,9,1,0")]
    [InlineData(
        "SELECT [t].[K], [g].[n], [g].[rows] FROM (SELECT TRY_CAST([Note] AS bigint) AS [k], COUNT_BIG(*) AS [rows], "
        + "ROW_NUMBER() OVER (ORDER BY TRY_CAST([Note] AS bigint)) AS [n] FROM [dbo].[Child] GROUP BY TRY_CAST([Note] AS bigint)) "
        + "AS [g] LEFT JOIN [dbo].[District] AS [t] ON CAST([t].[K] + 6 AS bigint) = [g].[k] ORDER BY [g].[n]",
        "-,1,2|-,2,1|1,3,2|2,4,1|-,5,1")]
    [InlineData(
        "SELECT [t].[Code], [g].[k], [g].[rows] FROM (SELECT CAST([Ref] AS nvarchar(4000)) COLLATE Latin1_General_CI_AS AS [k], "
        + "COUNT_BIG(*) AS [rows] FROM [dbo].[Child] GROUP BY CAST([Ref] AS nvarchar(4000)) COLLATE Latin1_General_CI_AS) AS [g] "
        + "LEFT JOIN [dbo].[Parent] AS [t] ON CAST([t].[Code] AS nvarchar(4000)) COLLATE Latin1_General_CI_AS = [g].[k] "
        + "WHERE [t].[Tenant] = 1 OR [t].[Tenant] IS NULL ORDER BY [g].[k]",
        "-,-,1|A,a,3|B,b ,2|-,x,1")]
    [InlineData(
        "SELECT [Tenant], (SELECT [Name] FROM [dbo].[District] WHERE [K] = [c].[Tenant]) FROM [dbo].[Child] AS [c] "
        + "GROUP BY [Tenant] ORDER BY [Tenant]",
        "-,-|1,North|2,South|9,-")]
    [InlineData("SELECT TOP (1) 1 FROM [dbo].[Child] WHERE [Tenant] = 2", "1")]
    [InlineData("SELECT [Tenant] FROM [dbo].[Child] GROUP BY [Tenant] HAVING COUNT_BIG(*) > 1 ORDER BY [Tenant]", "1|2")]
    [InlineData("SELECT COUNT_BIG(DISTINCT UPPER([Ref]) COLLATE Latin1_General_BIN2) FROM [dbo].[Child]", "3")]
    [InlineData(
        "SELECT [Id], COUNT_BIG(*) OVER (PARTITION BY CAST([Ref] AS nvarchar(20))) FROM [dbo].[Child] WHERE [Id] < 4 ORDER BY [Id]",
        "1,1|2,1|3,1")]
    public async Task A_query_over_groups_gives_its_rows(string sql, string expected) =>
        Assert.Equal(expected, await server.TextAsync(sql));

    [Theory]
    [InlineData("SELECT MIN([Flag]) FROM [dbo].[Parent]", 8117)]
    [InlineData("SELECT RANK() OVER (PARTITION BY [Tenant]) FROM [dbo].[Child]", 4112)]
    [InlineData(
        "SELECT (SELECT MIN([p].[Code]) FROM [dbo].[Parent] AS [p] WHERE [p].[Code] = [c].[Ref]) FROM [dbo].[Child] AS [c] "
        + "GROUP BY [Tenant]",
        8120)]
    public async Task A_faulty_one_gets_the_number_of_sql_server(string sql, int number) =>
        Assert.Equal(number, await server.ErrorAsync(sql));

    /// <summary>Ten thousand rows that each looked at all parents would read a hundred million.</summary>
    [Theory]
    [InlineData("Tenant", "Code")]
    [InlineData("Code")]
    [InlineData("Tenant")]
    public async Task A_lookup_of_each_row_seeks(params string[] index)
    {
        const int Rows = 10_000;
        var database = new LegacyDatabase("Many");
        var parent = database.AddTable("dbo", "Parent").Column("Tenant", SqlType.Int).Column("Code", SqlType.VarChar(10))
            .Index("IX", unique: false, index);
        var child = database.AddTable("dbo", "Child").Column("Id", SqlType.Int).Column("Tenant", SqlType.Int)
            .Column("Ref", SqlType.VarChar(10)).PrimaryKey("Id");
        for (var i = 0; i < Rows; i++)
        {
            parent.Add(i % 2, $"P{i}");
            child.Add(i, i % 2, $"p{i + i % 5}");
        }
        await using var many = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(many.ConnectionString + ";Pooling=False;Command Timeout=30");
        await connection.OpenAsync();
        var found = await TestServer.QueryAsync(
            connection,
            "SELECT COUNT_BIG([x].[ref]) FROM (SELECT [c].[Id], (SELECT MIN([p].[Code]) FROM [dbo].[Parent] AS [p] "
            + "WHERE [p].[Tenant] = [c].[Tenant] AND [p].[Code] = [c].[Ref]) AS [ref] FROM [dbo].[Child] AS [c]) AS [x]");
        Assert.Equal(Enumerable.Range(0, Rows).LongCount(i => i + i % 5 < Rows && i % 5 % 2 == 0), found[0][0]);
    }

    static string Shape(DbColumn c) =>
        $"{c.ColumnName} {c.DataTypeName} {c.ColumnSize} {c.NumericPrecision},{c.NumericScale} null {c.AllowDBNull}";
}
