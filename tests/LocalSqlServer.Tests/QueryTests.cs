namespace LocalSqlServer.Tests;

/// <summary>The T-SQL that the stand-in knows, each on a database of a few rows.</summary>
public sealed class QueryTests(TestServer server) : IClassFixture<TestServer>
{
    const string Students = "SELECT StudentID FROM dbo.Student";

    [Theory]
    [InlineData(" WHERE DistrictID = 1 AND StudentID > 102 AND StudentID <= 105 ORDER BY StudentID", "103,104,105")]
    [InlineData(" WHERE DistrictID = 1 AND StudentID IN (106, 101, 999, 101) ORDER BY StudentID", "101,106")]
    [InlineData(" WHERE StudentID IN (108, 103) ORDER BY StudentID DESC", "108,103")]
    [InlineData(" WHERE (DistrictID > 1 OR (DistrictID = 1 AND StudentID > 104)) ORDER BY DistrictID, StudentID", "105,106,107,108,109")]
    [InlineData(" WHERE DistrictID IS NULL", "110")]
    [InlineData(" WHERE NOT (DistrictID = 1) ORDER BY 1", "107,108,109")]
    [InlineData(" WHERE DistrictID < 2 ORDER BY StudentID", "101,102,103,104,105,106")]
    [InlineData(" WHERE Code = 'c0' AND StudentID < 105 ORDER BY StudentID", "102,104")]
    [InlineData(" WHERE Code LIKE 'C[^1]' ORDER BY StudentID", "102,104,108,110")]
    [InlineData(" WHERE Name LIKE N'%_0'", "110")]
    [InlineData(" WHERE StudentID BETWEEN 103 AND 105 AND Code IS NOT NULL ORDER BY 1", "104,105")]
    [InlineData(" WHERE DistrictID IS NULL OR DistrictID NOT IN (SELECT DistrictID FROM dbo.District)", "110")]
    [InlineData(
        " s WHERE EXISTS (SELECT 1 FROM dbo.District d WHERE d.DistrictID = s.DistrictID AND d.Name = 'south') ORDER BY 1",
        "107,108,109")]
    [InlineData(" s WHERE NOT EXISTS (SELECT 1 FROM dbo.District d WHERE d.DistrictID = s.DistrictID)", "110")]
    [InlineData(" WHERE StudentID = (SELECT MAX(StudentID) FROM dbo.Student WHERE DistrictID = 1)", "106")]
    [InlineData(" ORDER BY StudentID OFFSET 3 ROWS FETCH NEXT 2 ROWS ONLY", "104,105")]
    [InlineData(" WHERE [Student].[DistrictID] = 2 AND [dbo].[Student].[StudentID] <> 108 ORDER BY 1", "107,109")]
    [InlineData(" WHERE StudentID = '104'", "104")]
    [InlineData(" WHERE Code IS NOT DISTINCT FROM NULL ORDER BY 1", "103,106,109")]
    [InlineData(" UNION ALL SELECT 1 ORDER BY StudentID OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY", "1,101")]
    [InlineData(" WHERE DistrictID = NULL", "")]
    public async Task A_query_gives_the_rows_that_sql_server_gives(string rest, string expected)
    {
        var rows = await server.QueryAsync(Students + rest);
        Assert.Equal(expected, string.Join(',', rows.Select(r => r[0])));
    }

    [Theory]
    [InlineData("SELECT COUNT(*) FROM dbo.Student", 10)]
    [InlineData("SELECT COUNT_BIG(*) FROM dbo.Student WHERE DistrictID = 1", 6L)]
    [InlineData("SELECT COUNT(Code) FROM dbo.Student", 7)]
    [InlineData("SELECT COUNT(DISTINCT Code) FROM dbo.Student", 2)]
    [InlineData("SELECT SUM(StudentID) FROM dbo.Student WHERE DistrictID = 2", 324L)]
    [InlineData("SELECT MIN(Name) FROM dbo.Student", "Name 1")]
    [InlineData("SELECT COUNT(*) FROM (SELECT DISTINCT DistrictID FROM dbo.Student) AS d", 3)]
    [InlineData(
        "SELECT TOP (1) d.Name FROM dbo.Student s JOIN dbo.District d ON d.DistrictID = s.DistrictID "
        + "GROUP BY d.Name HAVING COUNT(*) > 3",
        "North")]
    [InlineData("SELECT COUNT(*) FROM dbo.District d LEFT JOIN dbo.Student s ON s.DistrictID = d.DistrictID WHERE s.StudentID IS NULL", 1)]
    [InlineData(
        "WITH n AS (SELECT StudentID, ROW_NUMBER() OVER (PARTITION BY DistrictID ORDER BY StudentID DESC) AS r "
        + "FROM dbo.Student) SELECT SUM(StudentID) FROM n WHERE r = 1",
        325L)]
    [InlineData(
        "SELECT SUM(n) FROM (SELECT LEAD(StudentID) OVER (PARTITION BY DistrictID ORDER BY StudentID DESC) AS n "
        + "FROM dbo.Student) AS s",
        730L)]
    [InlineData(
        "SELECT SUM(StudentID) FROM (SELECT StudentID, LEAD(1) OVER (ORDER BY StudentID) AS n FROM dbo.Student) AS s "
        + "WHERE n IS NULL",
        110L)]
    [InlineData("SELECT SUM(v.a) FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)", 3)]
    [InlineData("SELECT CASE WHEN 1 = 2 THEN 'a' ELSE 'bc' END", "bc")]
    [InlineData("SELECT COALESCE(NULL, NULLIF(1, 1), 7)", 7)]
    [InlineData("SELECT ISNULL(CAST(NULL AS varchar(3)), 'abcdef')", "abc")]
    [InlineData("SELECT CAST(1.25 AS int)", 1)]
    [InlineData("SELECT 7 / 2", 3)]
    [InlineData("SELECT 'a' + N'b'", "ab")]
    [InlineData("SELECT CONVERT(varchar(30), CAST('2024-02-29 13:14:15.997' AS datetime), 121)", "2024-02-29 13:14:15.997")]
    [InlineData("SELECT TRY_CAST('x' AS int)", null)]
    [InlineData("SELECT LEN('ab  ')", 2)]
    [InlineData("SELECT DATALENGTH(N'ab  ')", 8)]
    [InlineData("SELECT DATEDIFF(day, '2024-02-28', '2024-03-01')", 2)]
    [InlineData("SELECT CASE WHEN 'a' = 'A  ' THEN 1 ELSE 0 END", 1)]
    [InlineData("SELECT CASE WHEN 'a' = 'A' COLLATE Latin1_General_BIN2 THEN 1 ELSE 0 END", 0)]
    [InlineData("SELECT @@TRANCOUNT", 0)]
    [InlineData("SELECT DB_NAME()", "Small")]
    [InlineData("SELECT SERVERPROPERTY('EngineEdition')", 3)]
    [InlineData("SELECT HAS_PERMS_BY_NAME('dbo.Student', 'OBJECT', 'SELECT')", 1)]
    [InlineData("SELECT HAS_PERMS_BY_NAME('dbo.Nobody', 'OBJECT', 'SELECT')", null)]
    [InlineData("SELECT HAS_PERMS_BY_NAME('dbo.Student', 'OBJECT', 'INSERT')", 0)]
    [InlineData("SELECT HAS_PERMS_BY_NAME('dbo.Student', 'OBJECT', 'UNMASK', 'Nothing', 'COLUMN')", null)]
    [InlineData("SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CONTROL')", 0)]
    [InlineData("SELECT IS_SRVROLEMEMBER('sysadmin')", 0)]
    [InlineData("SELECT IS_ROLEMEMBER('db_owner')", 0)]
    [InlineData("SELECT CHANGE_TRACKING_CURRENT_VERSION()", null)]
    [InlineData("DECLARE @a int = 3; SET @a = @a + 1; IF @a = 4 SELECT 'yes' ELSE SELECT 'no'", "yes")]
    [InlineData("DECLARE @n bigint; SELECT @n = MAX(StudentID) FROM dbo.Student; SELECT @n", 110L)]
    public async Task A_query_gives_one_value(string sql, object? expected) =>
        Assert.Equal(expected ?? DBNull.Value, await server.ScalarAsync(sql));

    [Theory]
    [InlineData("SELECT 1.10 + 2", "3.10")]
    [InlineData("SELECT CAST(1 AS decimal(10,2)) / 3", "0.3333333333333")]
    [InlineData("SELECT AVG(Gpa) FROM dbo.Student WHERE DistrictID = 1", "0.875000")]
    [InlineData("SELECT CAST(2.345 AS money) * 2", "4.6900")]
    [InlineData("SELECT CAST(2.3456 AS decimal(5,3))", "2.346")]
    public async Task Decimal_arithmetic_has_the_precision_and_scale_of_sql_server(string sql, string expected) =>
        Assert.Equal(expected, ((decimal)(await server.ScalarAsync(sql))!).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("SELECT * FROM dbo.Nobody", 208)]
    [InlineData("SELECT Nothing FROM dbo.Student", 207)]
    [InlineData("SELECT x.Name FROM dbo.Student s", 4104)]
    [InlineData("SELECT DistrictID FROM dbo.Student s JOIN dbo.District d ON 1 = 1", 209)]
    [InlineData("SELECT CAST('abc' AS int)", 245)]
    [InlineData("SELECT CAST('abc' AS decimal(5,2))", 8114)]
    [InlineData("SELECT CAST('not a day' AS date)", 241)]
    [InlineData("SELECT CAST(300 AS tinyint)", 220)]
    [InlineData("SELECT CAST(99999 AS decimal(4,0))", 8115)]
    [InlineData("SELECT 2147483647 + 1", 8115)]
    [InlineData("SELECT 1 / 0", 8134)]
    [InlineData("SELECT @missing", 137)]
    [InlineData("SELECT (SELECT StudentID FROM dbo.Student)", 512)]
    [InlineData("SELECT Name, COUNT(*) FROM dbo.Student GROUP BY DistrictID", 8120)]
    [InlineData("SELECT 1 FROM", 102)]
    [InlineData("dbo.NoSuchProcedure 1", 2812)]
    [InlineData("USE Elsewhere", 911)]
    [InlineData("COMMIT", 3902)]
    [InlineData("THROW 50123, 'own', 1", 50123)]
    public async Task A_faulty_statement_gets_the_number_of_sql_server(string sql, int number) =>
        Assert.Equal(number, (await server.FailsAsync(sql)).Number);

    [Theory]
    [InlineData("DROP TABLE dbo.Student", "DROP TABLE dbo.Student")]
    [InlineData("SELECT * FROM dbo.Student FOR JSON AUTO", "FOR JSON AUTO")]
    [InlineData("SELECT LEAD(StudentID, 2) OVER (ORDER BY StudentID) FROM dbo.Student", "LEAD(StudentID, 2)")]
    [InlineData("SELECT LAG(StudentID) OVER (ORDER BY StudentID) FROM dbo.Student", "LAG(StudentID)")]
    [InlineData("SELECT SOUNDEX(Name) FROM dbo.Student", "SOUNDEX(Name)")]
    public async Task A_statement_outside_its_knowledge_is_an_error_that_quotes_it(string sql, string quoted)
    {
        var error = await server.FailsAsync(sql);
        Assert.Equal(40000, error.Number);
        Assert.Contains(quoted, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalogue_describes_tables_columns_keys_and_row_counts()
    {
        var columns = await server.QueryAsync(
            """
            SELECT c.name, t.name, c.max_length, c.precision, c.scale, c.is_nullable, c.collation_name
            FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id
            WHERE c.object_id = OBJECT_ID(@table) ORDER BY c.column_id
            """, ("@table", "[dbo].[Student]"));
        Assert.Equal(["StudentID", "DistrictID", "Name", "Code", "Gpa", "RowVer"], columns.Select(c => c[0]));
        Assert.Equal(["nvarchar", (short)80, (byte)0, (byte)0, false, "SQL_Latin1_General_CP1_CI_AS"], columns[2][1..]);
        var keys = await server.QueryAsync(
            """
            SELECT i.name, i.is_unique, i.type_desc, c.name FROM sys.indexes i
            JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
            JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
            WHERE i.object_id = OBJECT_ID('dbo.Student') ORDER BY i.index_id, ic.key_ordinal
            """);
        Assert.Equal(["DistrictID", "StudentID", "StudentID"], keys.Select(k => k[3]));
        Assert.Equal(["CX_Student", false, "CLUSTERED"], keys[0][..3]);
        Assert.Equal(10L, await server.ScalarAsync(
            "SELECT SUM(row_count) FROM sys.dm_db_partition_stats WHERE object_id = OBJECT_ID('dbo.Student') AND index_id IN (0, 1)"));
        Assert.Equal(2, await server.ScalarAsync("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES"));
        Assert.Equal("FK_Student_DistrictID", await server.ScalarAsync("SELECT name FROM sys.foreign_keys"));
        Assert.Equal((byte)1, await server.ScalarAsync("SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()"));
    }

    [Fact]
    public async Task Identifiers_may_hold_anything_between_brackets()
    {
        var database = new Storage.LegacyDatabase("Odd");
        database.AddTable("we]ird", "my table").Column("a]b", Types.SqlType.Int).Column("select", Types.SqlType.Int)
            .PrimaryKey("a]b").Add(1, 2);
        await using var odd = await TestServer.StartAsync(database);
        await using var connection = new Microsoft.Data.SqlClient.SqlConnection(odd.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        var rows = await TestServer.QueryAsync(connection, "SELECT [A]]B] AS [x]]y], [SELECT] FROM [WE]]IRD].[My Table] WHERE [a]]b] = 1");
        Assert.Equal([1, 2], rows[0]);
    }

    [Fact]
    public async Task Parameters_of_other_types_than_the_column_find_the_same_rows()
    {
        foreach (var value in (object[])[104, 104L, (short)104, 104m, 104.0, "104"])
            Assert.Equal("Name 4", await server.ScalarAsync("SELECT Name FROM dbo.Student WHERE StudentID = @id", ("@id", value)));
    }
}
