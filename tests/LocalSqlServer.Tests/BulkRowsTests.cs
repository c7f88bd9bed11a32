using System.Data.SqlTypes;
using System.Text;
using LocalSqlServer.Ddl;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>What a bulk copy into a real server is given is what SqlClient reads from the stand-in.</summary>
public sealed class BulkRowsTests
{
    static readonly SchoolOptions Options = new(Seed: 4, Rows: 50_000, Districts: 4, Assessments: 9_000);

    [Fact]
    public async Task Every_value_of_the_school_database_is_the_one_that_a_client_of_the_stand_in_reads()
    {
        var database = SchoolDatabase.SchoolDatabase.Create(Options);
        await using var server = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        foreach (var table in database.Tables)
            await AssertSameAsync(connection, table);
    }

    [Fact]
    public async Task Values_of_every_type_at_their_limits_are_too()
    {
        var database = new LegacyDatabase("Types");
        foreach (var ((type, _, values), i) in TypeTests.Cases.Select((c, i) => (c, i)))
        {
            var table = database.AddTable("dbo", $"T{i}").Column("Ver", SqlType.RowVersion).Column("Value", type, nullable: true);
            table.Add(null, null);
            foreach (var value in values)
                table.Add(null, value);
        }
        await using var server = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        foreach (var table in database.Tables)
            await AssertSameAsync(connection, table);
    }

    [Fact]
    public void Decimals_of_38_digits_are_not_rounded()
    {
        var table = new LegacyDatabase("D").AddTable("dbo", "T").Column("Value", SqlType.Decimal(38, 5));
        table.Rows(new OneRow(SqlValue.FromUnscaled(-Int128.Parse("12345678901234567890123456789012345678", null))));
        using var rows = new BulkRows(table);
        Assert.True(rows.Read());
        Assert.Equal(SqlDecimal.Parse("-123456789012345678901234567890123.45678"), rows.GetValue(0));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_told_with_the_key_of_its_row_and_the_bytes_that_the_server_stores()
    {
        var database = SchoolDatabase.SchoolDatabase.Create(Options);
        var table = database.Table("dbo.Student");
        var told = new List<MalformedText>();
        using (var rows = new BulkRows(table) { OnMalformedText = told.Add })
            while (rows.Read())
                rows.GetValues(new object[rows.FieldCount]);

        var facts = SchoolFacts.Of(Options);
        var names = told.Where(t => t.Column.Name == "LastName").ToList();
        Assert.True(names.Count >= facts.Districts.Sum(d => d.LoneSurrogateNames) && names.Count > 0);
        Assert.Contains(told, t => t.Column.Name == "Notes");
        Assert.All(names, name =>
        {
            Assert.True(char.IsHighSurrogate(name.Text[^1]));
            Assert.Equal(name.Text, string.Concat(name.ToBytes().Chunk(2).Select(b => (char)(b[0] | (b[1] << 8)))));
            Assert.NotEqual(name.Text, Encoding.Unicode.GetString(name.ToBytes()));
            var id = (long)name.ValueOf(table, "StudentID")!;
            Assert.Equal(1, table.Update(row => row["StudentID"]!.Equals(id) && row["LastName"]!.Equals(name.Text), _ => { }));
        });
    }

    [Fact]
    public void A_time_that_no_datetime_holds_is_refused_with_its_place()
    {
        var table = new LegacyDatabase("D").AddTable("dbo", "T").Column("Value", SqlType.DateTime);
        table.Rows(new OneRow(SqlValue.From(new DateTime(1752, 12, 31))));
        using var rows = new BulkRows(table);
        Assert.True(rows.Read());
        var e = Assert.Throws<InvalidDataException>(() => rows.GetValue(0));
        Assert.Contains("dbo.T.Value, row 0", e.Message, StringComparison.Ordinal);
    }

    static async Task AssertSameAsync(SqlConnection connection, LegacyTable table)
    {
        using var given = new BulkRows(table);
        var columns = Enumerable.Range(0, given.FieldCount).Select(i => table.Columns[table.Ordinal(given.GetName(i))]).ToList();
        var list = string.Join(", ", columns.Select(c => DatabaseScript.Quote(c.Name)));
        await using var command = new SqlCommand($"SELECT {list} FROM {DatabaseScript.Name(table)}", connection);
        await using var read = await command.ExecuteReaderAsync();
        var count = 0;
        while (await read.ReadAsync())
        {
            Assert.True(given.Read());
            for (var i = 0; i < columns.Count; i++)
            {
                var expected = Read(read, i, columns[i].Type);
                var value = AsRead(given.GetValue(i), columns[i].Type);
                Assert.True(
                    expected is byte[] bytes ? bytes.SequenceEqual((byte[])value) : expected.Equals(value),
                    $"{table.Name}.{columns[i].Name}, row {count}: {value} is not {expected}");
            }
            count++;
        }
        Assert.False(given.Read());
        Assert.Equal(table.Current.Count, count);
        Assert.DoesNotContain(columns, c => c.Type.Kind == SqlKind.RowVersion);
    }

    static object Read(SqlDataReader row, int ordinal, SqlType type) => type.Kind switch
    {
        _ when row.IsDBNull(ordinal) => DBNull.Value,
        SqlKind.Decimal => row.GetSqlDecimal(ordinal),
        SqlKind.DateTime or SqlKind.SmallDateTime => row.GetSqlDateTime(ordinal),
        _ => row.GetValue(ordinal),
    };

    // SqlClient decodes all but (max) with replacement.
    static object AsRead(object value, SqlType type) =>
        value is string text && !type.IsMax ? Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text)) : value;

    sealed class OneRow(SqlValue value) : IRowSource
    {
        public long Count => 1;

        public void Read(long ordinal, ulong columns, Span<SqlValue> row) => row[0] = value;
    }
}
