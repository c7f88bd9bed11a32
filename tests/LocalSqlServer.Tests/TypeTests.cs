using System.Data;
using System.Data.SqlTypes;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Every type as a column, nullable or not, and as a parameter, at its limits.</summary>
public sealed class TypeTests
{
    static readonly Collation Utf8 = Collation.Get("Latin1_General_100_CI_AS_SC_UTF8");
    static readonly Collation Cyrillic = Collation.Get("Cyrillic_General_CI_AS");
    static readonly string Long = new('λ', 9_000);

    internal static readonly (SqlType Type, SqlDbType DbType, object[] Values)[] Cases =
    [
        (SqlType.TinyInt, SqlDbType.TinyInt, [(byte)0, (byte)255]),
        (SqlType.SmallInt, SqlDbType.SmallInt, [short.MinValue, (short)0, short.MaxValue]),
        (SqlType.Int, SqlDbType.Int, [int.MinValue, 0, int.MaxValue]),
        (SqlType.BigInt, SqlDbType.BigInt, [long.MinValue, 0L, long.MaxValue]),
        (SqlType.Bit, SqlDbType.Bit, [false, true]),
        (SqlType.Decimal(1, 0), SqlDbType.Decimal, [-9m, 0m, 9m]),
        (SqlType.Decimal(18, 4), SqlDbType.Decimal, [-12345678901234.5678m, 0.0001m]),
        (SqlType.Decimal(28, 10), SqlDbType.Decimal, [999999999999999999.9999999999m, -0.0000000001m]),
        (SqlType.Money, SqlDbType.Money, [-922337203685477.5808m, 0m, 0.0001m, 922337203685477.5807m]),
        (SqlType.SmallMoney, SqlDbType.SmallMoney, [-214748.3648m, 214748.3647m]),
        (SqlType.Float, SqlDbType.Float, [double.MinValue, -0.1, 0.0, double.Epsilon, double.MaxValue]),
        (SqlType.Real, SqlDbType.Real, [float.MinValue, 0.1f, float.MaxValue]),
        (SqlType.Date, SqlDbType.Date, [DateTime.MinValue, new DateTime(2024, 2, 29), DateTime.MaxValue.Date]),
        (SqlType.Time(0), SqlDbType.Time, [TimeSpan.Zero, new TimeSpan(23, 59, 59)]),
        (SqlType.Time(7), SqlDbType.Time, [new TimeSpan(1), TimeSpan.FromDays(1) - new TimeSpan(1)]),
        (SqlType.DateTime, SqlDbType.DateTime,
            [new DateTime(1753, 1, 1), new DateTime(2024, 2, 29, 12, 0, 0, 997), new DateTime(9999, 12, 31, 23, 59, 59, 997)]),
        (SqlType.SmallDateTime, SqlDbType.SmallDateTime, [new DateTime(1900, 1, 1), new DateTime(2079, 6, 6, 23, 59, 0)]),
        (SqlType.DateTime2(0), SqlDbType.DateTime2, [DateTime.MinValue, new DateTime(9999, 12, 31, 23, 59, 59)]),
        (SqlType.DateTime2(3), SqlDbType.DateTime2, [new DateTime(2024, 2, 29, 1, 2, 3, 456)]),
        (SqlType.DateTime2(7), SqlDbType.DateTime2, [DateTime.MinValue, DateTime.MaxValue, new DateTime(2020, 1, 1).AddTicks(1234567)]),
        (SqlType.DateTimeOffset(3), SqlDbType.DateTimeOffset, [new DateTimeOffset(2020, 5, 6, 7, 8, 9, 123, TimeSpan.FromHours(-9.5))]),
        (SqlType.DateTimeOffset(7), SqlDbType.DateTimeOffset,
            [DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(2020, 5, 6, 7, 8, 9, TimeSpan.FromHours(14))]),
        (SqlType.Char(5), SqlDbType.Char, ["abc  ", "Zürch"]),
        (SqlType.VarChar(10), SqlDbType.VarChar, ["", "a  ", "naïve €"]),
        (SqlType.VarChar(SqlType.Max), SqlDbType.VarChar, ["", new string('x', 20_000)]),
        (SqlType.VarChar(20, Utf8), SqlDbType.NVarChar, ["", "łódź", "日本"]),
        (SqlType.VarChar(20, Cyrillic), SqlDbType.NVarChar, ["Привет"]),
        (SqlType.Text, SqlDbType.Text, ["", "plain text é"]),
        (SqlType.NChar(4), SqlDbType.NChar, ["ab  ", "日本語字"]),
        (SqlType.NVarChar(20), SqlDbType.NVarChar, ["", " x ", "😀é\0"]),
        (SqlType.NVarChar(SqlType.Max), SqlDbType.NVarChar, ["", Long]),
        (SqlType.NText, SqlDbType.NText, ["", "日本"]),
        (SqlType.Binary(4), SqlDbType.Binary, [new byte[] { 1, 0, 0, 0 }]),
        (SqlType.VarBinary(20), SqlDbType.VarBinary, [Array.Empty<byte>(), new byte[] { 0, 255, 0 }]),
        (SqlType.VarBinary(SqlType.Max), SqlDbType.VarBinary, [Array.Empty<byte>(), new byte[100_000]]),
        (SqlType.Image, SqlDbType.Image, [Array.Empty<byte>(), new byte[] { 1, 2, 3 }]),
        (SqlType.UniqueIdentifier, SqlDbType.UniqueIdentifier, [Guid.Empty, Guid.Parse("01234567-89ab-cdef-0123-456789abcdef")]),
        (SqlType.Xml, SqlDbType.Xml, ["<a b=\"1\">é</a>"]),
    ];

    public static TheoryData<int, string> Indexes()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < Cases.Length; i++)
            data.Add(i, $"{Cases[i].Type} {Cases[i].Type.Collation?.CodePage}");
        return data;
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task A_type_comes_back_as_it_was_stored_and_as_it_was_sent(int index, string name)
    {
        Assert.NotEmpty(name);
        var (type, dbType, values) = Cases[index];
        var database = new LegacyDatabase("Types");
        var whole = database.AddTable("dbo", "Whole").Column("Id", SqlType.Int).Column("Value", type).PrimaryKey("Id");
        var sparse = database.AddTable("dbo", "Sparse").Column("Id", SqlType.Int).Column("Value", type, nullable: true)
            .PrimaryKey("Id");
        for (var i = 0; i < values.Length; i++)
        {
            whole.Add(i, values[i]);
            sparse.Add(i, values[i]);
        }
        sparse.Add(values.Length, null);
        await using var server = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();

        Assert.Equal(values, await ColumnAsync(connection, "SELECT Value FROM dbo.Whole ORDER BY Id"));
        Assert.Equal([.. values, DBNull.Value], await ColumnAsync(connection, "SELECT Value FROM dbo.Sparse ORDER BY Id"));
        foreach (var value in (object[])[.. values, DBNull.Value])
        {
            await using var command = new SqlCommand("SELECT @p", connection);
            command.Parameters.Add(new SqlParameter("@p", dbType) { Value = value, Scale = type.Scale });
            Assert.Equal(value, await command.ExecuteScalarAsync());
        }
    }

    [Theory]
    [InlineData("99999999999999999999999999999999999999", 0)]
    [InlineData("-9999999999999999999999999999.9999999999", 10)]
    [InlineData("0.00000000000000000000000000000000000001", 38)]
    public async Task A_decimal_of_38_digits_keeps_them_all(string digits, int scale)
    {
        await using var server = await TestServer.StartAsync(TestServer.SmallDatabase());
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = new SqlCommand("SELECT @p, @p + 0", connection);
        var sent = SqlDecimal.Parse(digits);
        command.Parameters.Add(new SqlParameter("@p", SqlDbType.Decimal) { Value = sent, Precision = 38, Scale = (byte)scale });
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(sent, reader.GetSqlDecimal(0));
    }

    [Fact]
    public async Task Half_a_surrogate_pair_leaves_the_server_as_it_is()
    {
        var database = new LegacyDatabase("Halves");
        database.AddTable("dbo", "T").Column("Short", SqlType.NVarChar(10)).Column("Long", SqlType.NVarChar(SqlType.Max))
            .Add("a\uD83D", "b\uDC00c");
        await using var server = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        var row = (await TestServer.QueryAsync(connection,
            "SELECT Short, Long, CAST(Short AS varbinary(10)), UNICODE(RIGHT(Short, 1)) FROM dbo.T"))[0];
        // The client decodes nvarchar(n) with a replacement character, nvarchar(max) without.
        Assert.Equal(["a\uFFFD", "b\uDC00c", new byte[] { 0x61, 0, 0x3D, 0xD8 }, 0xD83D], row);
    }

    [Fact]
    public async Task A_rowversion_is_eight_bytes_that_rise()
    {
        await using var server = await TestServer.StartAsync(TestServer.SmallDatabase());
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        var rows = await TestServer.QueryAsync(connection,
            "SELECT RowVer, CASE WHEN RowVer < MIN_ACTIVE_ROWVERSION() THEN 1 ELSE 0 END FROM dbo.Student ORDER BY RowVer");
        var versions = rows.Select(r => Convert.ToHexString((byte[])r[0])).ToList();
        Assert.Equal(10, versions.Distinct().Count());
        Assert.Equal(versions.Order(StringComparer.Ordinal), versions);
        Assert.All(rows, r => Assert.Equal(1, r[1]));
        var after = await TestServer.QueryAsync(connection,
            "SELECT COUNT(*) FROM dbo.Student WHERE RowVer > @seen", ("@seen", rows[6][0]));
        Assert.Equal(3, after[0][0]);
    }

    static async Task<List<object>> ColumnAsync(SqlConnection connection, string sql) =>
        [.. (await TestServer.QueryAsync(connection, sql)).Select(r => r[0])];
}
