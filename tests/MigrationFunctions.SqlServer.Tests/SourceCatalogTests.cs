using System.Data;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace MigrationFunctions.SqlServer.Tests;

public class SourceCatalogTests
{
    [Fact]
    public async Task Facts_tell_version_database_login_and_clock()
    {
        await using var legacy = await LegacySource.StartAsync();
        var facts = await legacy.Source.GetFactsAsync(CancellationToken.None);
        Assert.Equal(legacy.Served.Database, facts.Database);
        Assert.Equal(legacy.Served.Login, facts.Login);
        Assert.Equal(DateTimeKind.Utc, facts.UtcNow.Kind);
        Assert.True(int.Parse(facts.ProductVersion.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) >= 11);
        Assert.True(facts.AllowsSnapshot);
    }

    [Fact]
    public async Task A_tables_columns_come_with_type_length_precision_and_nullability()
    {
        await using var legacy = await LegacySource.StartAsync();
        var student = (await legacy.Source.FindTableAsync("dbo.Student", CancellationToken.None))!;
        Assert.Equal((SqlDbType.BigInt, false), Of("StudentID", c => (c.Type, c.IsNullable)));
        Assert.Equal((SqlDbType.NVarChar, 100), Of("FirstName", c => (c.Type, c.Length)));
        Assert.Equal((SqlDbType.NVarChar, -1), Of("Notes", c => (c.Type, c.Length)));
        Assert.Equal((SqlDbType.Decimal, (byte)4, (byte)3), Of("Gpa", c => (c.Type, c.Precision, c.Scale)));
        Assert.Equal((SqlDbType.DateTime2, (byte)7), Of("UpdatedAt", c => (c.Type, c.Scale)));
        Assert.Equal(SqlDbType.Timestamp, Of("RowVer", c => c.Type));
        Assert.True(Of("BirthDate", c => c.IsNullable));

        T Of<T>(string column, Func<Core.Model.SourceColumn, T> fact) => fact(student.Find(column)!);
    }

    [Fact]
    public async Task Indexes_come_in_key_order()
    {
        await using var legacy = await LegacySource.StartAsync();
        var student = (await legacy.Source.FindTableAsync("dbo.Student", CancellationToken.None))!;
        Assert.Contains(student.Indexes, i => i.IsClustered && i.KeyColumns.SequenceEqual(["DistrictID", "StudentID"]));
        Assert.Contains(student.Indexes, i => i.IsUnique && i.KeyColumns.SequenceEqual(["StudentID"]));
    }

    [Fact]
    public async Task Columns_of_two_tables_are_never_mixed()
    {
        await using var legacy = await LegacySource.StartAsync();
        var school = (await legacy.Source.FindTableAsync("dbo.School", CancellationToken.None))!;
        Assert.DoesNotContain(school.Columns, c => c.Name == "GradeScaleID");
    }

    [Fact]
    public async Task An_unknown_table_is_null()
    {
        await using var legacy = await LegacySource.StartAsync();
        Assert.Null(await legacy.Source.FindTableAsync("dbo.Nothing", CancellationToken.None));
    }

    [Fact]
    public async Task The_catalogue_says_whether_names_ignore_case()
    {
        await using var legacy = await LegacySource.StartAsync();
        var student = (await legacy.Source.FindTableAsync("dbo.Student", CancellationToken.None))!;
        Assert.True(student.NamesIgnoreCase);
        Assert.Equal("StudentID", student.Find("STUDENTID")!.Name);
    }

    [Fact]
    public async Task Names_with_brackets_and_quotes_are_quoted()
    {
        var database = new LegacyDatabase("Odd");
        database.AddTable("dbo", "a]b'c").Column("x]y", SqlType.Int).PrimaryKey("x]y").Add(1);
        await using var legacy = await LegacySource.StartAsync(database);
        var slice = await legacy.SliceAsync("dbo.a]b'c", "x]y", "1", "x]y");
        Assert.Equal(1, await legacy.Source.CountAsync(slice, CancellationToken.None));
    }
}
