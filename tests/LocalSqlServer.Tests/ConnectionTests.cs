namespace LocalSqlServer.Tests;

public sealed class ConnectionTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("Encrypt=False")]
    [InlineData("Encrypt=True;TrustServerCertificate=True")]
    public async Task A_client_logs_in_and_reads_with_and_without_tls(string encryption)
    {
        await using var connection = await server.OpenAsync(encryption);
        Assert.Equal("16.00.1000", connection.ServerVersion);
        Assert.Equal("Small", connection.Database);
        var rows = await TestServer.QueryAsync(connection, "SELECT DistrictID, Name FROM dbo.District ORDER BY DistrictID");
        Assert.Equal([1, "North"], rows[0]);
        Assert.Equal(3, rows.Count);
    }

    [Fact]
    public async Task The_planner_query_gives_every_nth_key_and_the_last()
    {
        var rows = await server.QueryAsync(
            """
            SELECT [StudentID],[rn] FROM (SELECT [StudentID], ROW_NUMBER() OVER (ORDER BY [StudentID]) AS [rn],
            COUNT_BIG(*) OVER () AS [total] FROM (SELECT TOP (@rows) [StudentID] FROM [dbo].[Student]
            WHERE [DistrictID] = @tenant AND [StudentID] > @after ORDER BY [StudentID]) AS [page]) AS [numbered]
            WHERE [rn] % @size = 0 OR [rn] = [total] ORDER BY [rn]
            """, ("@rows", 100), ("@tenant", 1), ("@after", 101L), ("@size", 2));
        Assert.Equal([[103L, 2L], [105L, 4L], [106L, 5L]], rows);
    }
}
