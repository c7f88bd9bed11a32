using System.Globalization;

namespace LocalSqlServer.Tests;

/// <summary>CAST and TRY_CAST by the rules of T-SQL.</summary>
public sealed class ConversionTests(RelatedServer server) : IClassFixture<RelatedServer>
{
    [Theory]
    [InlineData("'  007 ' AS int", "7")]
    [InlineData("'' AS int", "0")]
    [InlineData("'-' AS int", "0")]
    [InlineData("'+12' AS bigint", "12")]
    [InlineData("'' AS float", "0")]
    [InlineData("' 1.5e3' AS float", "1500")]
    [InlineData("'.5' AS decimal(5,2)", "0.50")]
    [InlineData("'-1.235' AS decimal(5,2)", "-1.24")]
    [InlineData("'-$1,234.56789' AS money", "-1234.5679")]
    [InlineData("'' AS money", "0.0000")]
    [InlineData("' True ' AS bit", "True")]
    [InlineData("'25' AS bit", "True")]
    [InlineData("2.5 AS int", "2")]
    [InlineData("CAST(2.5 AS money) AS int", "3")]
    [InlineData("CAST(-2.9 AS float) AS int", "-2")]
    [InlineData("0x0102030405 AS int", "33752069")]
    [InlineData("0xFFFFFFFF AS int", "-1")]
    [InlineData("0x07 AS bigint", "7")]
    [InlineData("1 AS binary(2)", "0001")]
    [InlineData("66051 AS binary(2)", "0203")]
    [InlineData("1 AS varbinary(8)", "00000001")]
    [InlineData("'ab' AS binary(4)", "61620000")]
    [InlineData("N'ab' AS varbinary(3)", "610062")]
    [InlineData("0x616263 AS varchar(2)", "ab")]
    [InlineData("'abcdef' AS varchar(3)", "abc")]
    [InlineData("'ab' AS char(4)", "ab  ")]
    [InlineData("N'łódź€Ω' AS varchar(10)", "lódz€O")]
    [InlineData("12345 AS varchar(3)", "*")]
    [InlineData("1.10 AS varchar(10)", "1.10")]
    [InlineData("CAST(1234.5678 AS money) AS varchar(20)", "1234.57")]
    [InlineData("1e6 AS varchar(20)", "1e+006")]
    [InlineData("0.1e0 AS varchar(20)", "0.1")]
    [InlineData("123456.78e0 AS varchar(20)", "123457")]
    [InlineData("0.00001e0 AS varchar(20)", "1e-005")]
    [InlineData("CAST('2024-02-29' AS date) AS varchar(4)", "2024")]
    [InlineData("'01234567-89ab-cdef-0123-456789abcdefXYZ' AS uniqueidentifier", "01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("'{01234567-89ab-cdef-0123-456789abcdef}' AS uniqueidentifier", "01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("CAST('01234567-89ab-cdef-0123-456789abcdef' AS uniqueidentifier) AS char(36)", "01234567-89AB-CDEF-0123-456789ABCDEF")]
    [InlineData("CAST('01234567-89ab-cdef-0123-456789abcdef' AS uniqueidentifier) AS binary(16)", "67452301AB89EFCD0123456789ABCDEF")]
    [InlineData("'2024-2-29' AS date", "2024-02-29 00:00:00")]
    [InlineData("'2/29/2024 1:02' AS datetime2(0)", "2024-02-29 01:02:00")]
    [InlineData("'' AS datetime", "1900-01-01 00:00:00")]
    [InlineData("'13:14' AS datetime", "1900-01-01 13:14:00")]
    public async Task A_cast_gives_what_sql_server_gives(string cast, string expected)
    {
        Assert.Equal(expected, Text((await server.QueryAsync($"SELECT CAST({cast})"))[0][0]));
        Assert.Equal(expected, Text((await server.QueryAsync($"SELECT TRY_CAST({cast})"))[0][0]));
    }

    [Theory]
    [InlineData("'1.0' AS int", 245)]
    [InlineData("'1 2' AS int", 245)]
    [InlineData("'3000000000' AS int", 248)]
    [InlineData("'70000' AS smallint", 244)]
    [InlineData("'256' AS tinyint", 244)]
    [InlineData("'x' AS bigint", 8114)]
    [InlineData("'99999999999999999999' AS bigint", 8115)]
    [InlineData("3000000000 AS int", 8115)]
    [InlineData("-1 AS tinyint", 220)]
    [InlineData("'' AS decimal(5,2)", 8114)]
    [InlineData("'1e3' AS decimal(9,2)", 8114)]
    [InlineData("'.-5' AS decimal(9,2)", 8114)]
    [InlineData("1000 AS decimal(5,2)", 8115)]
    [InlineData("'x' AS money", 235)]
    [InlineData("'NaN' AS float", 8114)]
    [InlineData("'maybe' AS bit", 245)]
    [InlineData("12345 AS nvarchar(3)", 8115)]
    [InlineData("12345678901 AS varchar(3)", 8115)]
    [InlineData("1.25 AS varchar(3)", 8115)]
    [InlineData("'01234567-89ab-cdef-0123' AS uniqueidentifier", 8169)]
    [InlineData("'0123456789abcdef0123456789abcdef' AS uniqueidentifier", 8169)]
    [InlineData("NEWID() AS char(20)", 8170)]
    [InlineData("'2024-02-30' AS date", 241)]
    [InlineData("'2024-02-30' AS datetime", 242)]
    [InlineData("'2024-02-29 00:00:00.1234' AS datetime", 241)]
    [InlineData("'1752-12-31' AS datetime", 242)]
    public async Task Where_a_cast_fails_try_cast_gives_null(string cast, int number)
    {
        Assert.Equal(number, await server.ErrorAsync($"SELECT CAST({cast})"));
        Assert.Equal("-", await server.TextAsync($"SELECT TRY_CAST({cast})"));
    }

    [Theory]
    [InlineData("1 AS uniqueidentifier")]
    [InlineData("NEWID() AS bigint")]
    [InlineData("1 AS date")]
    [InlineData("CAST('2024-01-01' AS date) AS time")]
    public async Task Types_that_never_convert_are_an_error_of_try_cast_too(string cast) =>
        Assert.Equal(529, await server.ErrorAsync($"SELECT TRY_CAST({cast})"));

    [Theory]
    [InlineData("'Jan 5 2024' AS date")]
    [InlineData("'- 5' AS int")]
    [InlineData("1.5 AS binary(8)")]
    public async Task What_the_stand_in_cannot_convert_is_no_null(string cast)
    {
        Assert.Equal(40000, await server.ErrorAsync($"SELECT CAST({cast})"));
        Assert.Equal(40000, await server.ErrorAsync($"SELECT TRY_CAST({cast})"));
    }

    [Fact]
    public async Task Parameters_are_cast_like_anything_else()
    {
        Assert.Equal("abcdefghij", await server.TextAsync("SELECT TRY_CAST(@p AS varchar(10))", ("@p", "abcdefghijkl")));
        Assert.Equal("7", await server.TextAsync("SELECT TRY_CAST(@p AS bigint)", ("@p", " 007")));
        Assert.Equal("1,4,6", string.Join(',', (await server.QueryAsync(
            "SELECT [Id] FROM [dbo].[Child] WHERE [Ref] = CAST(@p AS nvarchar(20)) COLLATE Latin1_General_CI_AS ORDER BY [Id]",
            ("@p", "a"))).Select(r => r[0])));
        Assert.Equal("4|6", await server.TextAsync(
            "SELECT [Id] FROM [dbo].[Child] WHERE [Ref] = CAST(@p AS nvarchar(20)) COLLATE Latin1_General_BIN2 ORDER BY [Id]",
            ("@p", "A")));
    }

    [Theory]
    [InlineData("SELECT CASE WHEN 1 = 0 THEN CAST('x' AS int) ELSE 5 END", "5")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Child] WHERE [Note] = 7", "-245")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Child] WHERE [Note] = 7 AND [Id] < 3", "2")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Child] WHERE [Id] = 'one'", "-245")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Parent] WHERE [Guid] = '00000000-0000-0000-0000-000000000000'", "1")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Parent] WHERE [Guid] = [Code]", "-8169")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Parent] WHERE [Guid] = 1", "-206")]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Child] WHERE CAST('2024-01-01' AS date) = 5", "-206")]
    [InlineData("SELECT CASE WHEN 0x0100 = 0x01 THEN 1 ELSE 0 END", "1")]
    [InlineData("SELECT CASE WHEN 0x0001 = 0x01 THEN 1 ELSE 0 END", "0")]
    public async Task Operands_of_two_types_meet_in_the_higher_one(string sql, string expected) => Assert.Equal(
        expected,
        expected[0] == '-' ? $"-{await server.ErrorAsync(sql)}" : await server.TextAsync(sql));

    static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime date => date.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
