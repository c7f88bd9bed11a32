using Dapper;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

public sealed class SchoolDatabaseTests
{
    [Fact]
    public void Equal_seeds_give_equal_rows_and_another_seed_does_not()
    {
        var options = new SchoolOptions(Seed: 5, Rows: 3_000);
        Assert.Equal(Text(options), Text(options));
        Assert.NotEqual(Text(options), Text(options with { Seed = 6 }));
    }

    [Fact]
    public void A_row_read_alone_equals_the_same_row_read_in_order()
    {
        var table = SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(Rows: 2_000)).Table("dbo.Student");
        var all = Enumerable.Range(0, (int)table.Current.Count).Select(i => Row(table, i)).ToList();
        foreach (var i in (int[])[899, 0, 450, 7])
            Assert.Equal(all[i], Row(table, i));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 3)]
    [InlineData(20_000, 3)]
    [InlineData(5_000, 40)]
    public void Rows_come_in_clustered_order_and_keys_are_unique(long rows, int districts)
    {
        var database = SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(Rows: rows, Districts: districts));
        foreach (var name in (string[])["dbo.Student", "dbo.Enrollment"])
        {
            var table = database.Table(name);
            var keys = Enumerable.Range(0, (int)table.Current.Count).Select(i => Key(table, i)).ToList();
            Assert.Equal(keys.Order(), keys);
            Assert.Equal(keys.Count, keys.Select(k => k.Id).Distinct().Count());
        }
        Assert.Equal(rows, database.Table("dbo.Student").Current.Count + database.Table("dbo.Enrollment").Current.Count);
    }

    [Fact]
    public void Districts_can_be_all_alike_or_one_of_them_half_of_all()
    {
        var even = SchoolFacts.Of(new SchoolOptions(Rows: 40_000, Districts: 11, Sizes: DistrictSizes.Even));
        var skewed = SchoolFacts.Of(new SchoolOptions(Rows: 40_000, Districts: 11, Sizes: DistrictSizes.HalfInOne));

        Assert.All(even.Districts, d => Assert.Equal(2_000, d.Enrollments));
        Assert.Equal(11_000, skewed.Districts[0].Enrollments);
        Assert.All(skewed.Districts.Skip(1), d => Assert.Equal(1_100, d.Enrollments));
    }

    [Fact]
    public async Task The_facts_are_what_queries_count()
    {
        var options = new SchoolOptions(Seed: 3, Rows: 30_000);
        var facts = SchoolFacts.Of(options);
        await using var server = await TestServer.StartAsync(SchoolDatabase.SchoolDatabase.Create(options));
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        foreach (var district in facts.Districts)
        {
            Task<long> CountAsync(string sql) => connection.ExecuteScalarAsync<long>(sql, new { d = district.District });
            Assert.Equal(district.Students, await CountAsync("SELECT COUNT_BIG(*) FROM dbo.Student WHERE DistrictID = @d"));
            Assert.Equal(district.TestStudents, await CountAsync(
                "SELECT COUNT_BIG(*) FROM dbo.Student WHERE DistrictID = @d AND IsTest = 1 AND StateStudentNumber LIKE 'TEST%'"));
            Assert.Equal(district.DeletedStudents, await CountAsync(
                "SELECT COUNT_BIG(*) FROM dbo.Student WHERE DistrictID = @d AND IsDeleted = 1 AND DeletedAt IS NOT NULL"));
            Assert.Equal(district.OrphanEnrollments, await CountAsync(
                "SELECT COUNT_BIG(*) FROM dbo.Enrollment e WHERE DistrictID = @d AND NOT EXISTS "
                + "(SELECT 1 FROM dbo.Student s WHERE s.StudentID = e.StudentID)"));
            Assert.Equal(district.ForeignEnrollments, await CountAsync(
                "SELECT COUNT_BIG(*) FROM dbo.Enrollment e JOIN dbo.Student s ON s.StudentID = e.StudentID "
                + "WHERE e.DistrictID = @d AND s.DistrictID <> e.DistrictID"));
            var names = await connection.QueryAsync<(string First, string Last, string? Notes)>(
                "SELECT FirstName, LastName, Notes FROM dbo.Student WHERE DistrictID = @d", new { d = district.District });
            Assert.Equal(district.NulNames, names.LongCount(n => n.First.Contains('\0', StringComparison.Ordinal)));
            // SqlClient decodes nvarchar(n) with replacement, nvarchar(max) as it is.
            Assert.Equal(district.LoneSurrogateNames, names.LongCount(n => n.Last[^1] == '\uFFFD'));
            Assert.Equal(district.NulNotes, names.LongCount(n => n.Notes?.Contains('\0', StringComparison.Ordinal) ?? false));
            Assert.Equal(
                district.LoneSurrogateNotes,
                names.LongCount(n => n.Notes?.Contains("\uDC00 cut", StringComparison.Ordinal) ?? false));
        }
        Assert.True(facts.Districts.Sum(d => d.NulNames) >= 1);
        Assert.Equal(facts.StudentsWithoutDistrict + facts.StudentsOfUnknownDistrict, await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT_BIG(*) FROM dbo.Student WHERE DistrictID IS NULL OR DistrictID NOT IN (SELECT DistrictID FROM dbo.District)"));
        Assert.True(facts.StudentsWithoutDistrict > 0 && facts.StudentsOfUnknownDistrict > 0);
    }

    [Theory]
    [InlineData(512, "Encrypt=False")]
    [InlineData(8000, "Encrypt=False")]
    [InlineData(8000, "Encrypt=True")]
    [InlineData(32767, "Encrypt=False")]
    public async Task Long_values_survive_a_network_that_cuts_packets_anywhere(int packetSize, string encrypt)
    {
        await using var server = await TestServer.StartAsync(SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(3, 12_000)));
        const string Notes = "SELECT StudentID, FirstName, Notes, Photo FROM dbo.Student WHERE DistrictID = 1";
        using var relay = new Relay(server.Port, largestPiece: 3_000);
        await using var cut = new SqlConnection(relay.Redirect(server.ConnectionString) + $";{encrypt};Packet Size={packetSize}");
        await cut.OpenAsync();
        await using var whole = new SqlConnection(server.ConnectionString + ";Pooling=False;Encrypt=True");
        await whole.OpenAsync();
        Assert.Equal(await TestServer.QueryAsync(whole, Notes), await TestServer.QueryAsync(cut, Notes));
    }

    [Fact]
    public void Changing_a_computed_table_brings_it_into_memory_and_keeps_its_rows()
    {
        var table = SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(Rows: 1_000)).Table("dbo.Student");
        var (count, before) = (table.Current.Count, Row(table, 100));
        var version = table.Database.RowVersion;
        Assert.Equal(1, table.Update(r => r["StudentID"]!.Equals(Key(table, 200).Id), r => r["LastName"] = "Nowak"));
        Assert.Equal(count, table.Current.Count);
        Assert.Equal(before, Row(table, 100));
        Assert.Contains("Nowak", Row(table, 200), StringComparison.Ordinal);
        Assert.Equal(version + 1, table.Database.RowVersion);
    }

    static (long District, long Id) Key(LegacyTable table, long ordinal)
    {
        var row = new SqlValue[table.Columns.Count];
        table.Current.Read(ordinal, ulong.MaxValue, row);
        return (row[1].IsNull ? 0 : row[1].Number, row[0].Number);
    }

    static string Text(SchoolOptions options)
    {
        var database = SchoolDatabase.SchoolDatabase.Create(options);
        return string.Join('\n', database.Tables.SelectMany(t =>
            Enumerable.Range(0, (int)t.Current.Count).Select(i => Row(t, i))));
    }

    static string Row(LegacyTable table, long ordinal)
    {
        var row = new SqlValue[table.Columns.Count];
        table.Current.Read(ordinal, ulong.MaxValue, row);
        return string.Join('|', row.Select((v, i) => ClrValues.ToClr(v, table.Columns[i].Type) switch
        {
            byte[] bytes => Convert.ToHexString(bytes),
            var other => FormattableString.Invariant($"{other}"),
        }));
    }
}
