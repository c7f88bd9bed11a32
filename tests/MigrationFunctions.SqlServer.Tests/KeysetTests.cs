using System.Globalization;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>Batches by keyset: together they are the table, in the source's own order, whatever the key's type.</summary>
public class KeysetTests
{
    static readonly Guid[] Guids =
    [
        .. Enumerable.Range(0, 103)
            .Select(i => new Guid(i * 7919, (short)(i * 31), (short)i, BitConverter.GetBytes(i * 104729L))),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(1000)]
    public async Task Batches_cover_every_row_of_the_tenant_once(int batchSize)
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.Int, i => i * 3));
        await AssertCoversAsync(legacy, batchSize, "Key");
    }

    [Fact]
    public async Task Uniqueidentifier_keys_are_walked_in_sql_servers_order()
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.UniqueIdentifier, i => Guids[i]));
        await AssertCoversAsync(legacy, 10, "Key");
    }

    [Fact]
    public async Task Text_keys_are_walked_in_the_collations_order()
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.NVarChar(20), i => $"{(i % 2 == 0 ? "k" : "K")}-{i}é"));
        await AssertCoversAsync(legacy, 10, "Key");
    }

    [Fact]
    public async Task Datetime_keys_neither_miss_nor_repeat_a_tick()
    {
        await using var legacy = await LegacySource.StartAsync(Table(
            SqlType.DateTime, i => new DateTime(2020, 1, 1).AddMilliseconds(Math.Round(i * 10 / 3.0))));
        await AssertCoversAsync(legacy, 10, "Key");
    }

    [Fact]
    public async Task Composite_keys_go_on_within_an_equal_first_column()
    {
        var database = new LegacyDatabase("Composite");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("A", SqlType.Int).Column("B", SqlType.Int)
            .PrimaryKey("Tenant", "A", "B");
        for (var i = 0; i < 100; i++)
            table.Add(1, i / 30, i % 30);
        await using var legacy = await LegacySource.StartAsync(database);
        await AssertCoversAsync(legacy, 7, "A", "B");
    }

    // Keys of up to five columns, of few different values, so that boundaries share some of them; text that the collation holds to be
    // equal and that is spelled in two ways among them.
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    public async Task Keys_of_several_columns_are_covered_whatever_the_boundaries_share(int columns, int seed)
    {
        var random = new Random(seed);
        var isText = Enumerable.Range(0, columns).Select(_ => random.Next(2) == 0).ToList();
        var database = new LegacyDatabase("Composite");
        string[] key = [.. Enumerable.Range(0, columns).Select(i => $"K{i}")];
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int);
        foreach (var (name, i) in key.Select((name, i) => (name, i)))
            table.Column(name, isText[i] ? SqlType.NVarChar(10) : SqlType.Int);
        table.PrimaryKey(["Tenant", .. key]);
        var rows = new HashSet<string>();
        while (rows.Count < 100)
        {
            object[] values = [.. isText.Select(text => (object)(text ? $"{"aAbB"[random.Next(4)]}{random.Next(3)}" : random.Next(6)))];
            if (columns == 2)
                values[1] = isText[1] ? $"{"aB"[random.Next(2)]}{random.Next(40)}" : random.Next(60);
            if (rows.Add(string.Join('|', values).ToUpperInvariant()))
                table.Add([1, .. values]);
        }
        await using var legacy = await LegacySource.StartAsync(database);
        foreach (var batchSize in new[] { 1, 3, 7, 40 })
            await AssertCoversAsync(legacy, batchSize, key);
    }

    // What a batch reads may not grow with the rows that share a leading column with its boundaries.
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_last_batch_reads_as_few_rows_as_the_first(int columns)
    {
        const int Rows = 4_000;
        const int Size = 100;
        string[] key = [.. Enumerable.Range(0, columns).Select(i => $"K{i}")];
        var database = new LegacyDatabase("Wide");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int);
        foreach (var name in key)
            table.Column(name, SqlType.Int);
        table.PrimaryKey(["Tenant", .. key]);
        // One value in all columns but the last two.
        for (var i = 0; i < Rows; i++)
            table.Add([1, .. Enumerable.Repeat((object)7, columns - 2), i / 1_500, i % 1_500]);
        await using var legacy = await LegacySource.StartAsync(database);
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", key);

        var position = new SlicePosition(0, null);
        for (var batch = 1; batch <= Rows / Size; batch++)
        {
            var range = Assert.Single(await ReadsAtMostAsync(
                3 * Size, () => legacy.Source.PlanAsync(slice, position, Size, 1, CancellationToken.None)));
            position = new SlicePosition(range.Number, range.UpTo);
            Assert.Equal(Size, await ReadsAtMostAsync(
                Size, async () =>
                {
                    await using var rows = await legacy.Source.OpenAsync(
                        slice, range, LegacySource.Select(slice, key), SourceIsolation.ReadCommitted, CancellationToken.None);
                    var read = 0;
                    while (rows.Rows.Read())
                        read++;
                    return read;
                }));
            Assert.Equal(Size, await legacy.Source.CountRangeAsync(slice, range, CancellationToken.None));
        }

        async Task<T> ReadsAtMostAsync<T>(long most, Func<Task<T>> read)
        {
            var before = table.Scanned.Rows;
            var result = await read();
            Assert.InRange(table.Scanned.Rows - before, 0, most);
            return result;
        }
    }

    [Fact]
    public async Task Key_columns_may_have_any_name()
    {
        var database = new LegacyDatabase("Named");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("total", SqlType.Int)
            .Column("row_no", SqlType.Int).PrimaryKey("Tenant", "total", "row_no");
        for (var i = 0; i < 100; i++)
            table.Add(1, i / 30, i % 30);
        await using var legacy = await LegacySource.StartAsync(database);
        await AssertCoversAsync(legacy, 7, "total", "row_no");
        Assert.Equal(
            10, (await legacy.Source.SampleKeysAsync(
                await legacy.SliceAsync("dbo.T", "Tenant", "1", "total", "row_no"), 10, 3, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Keys_and_tenants_in_a_code_page_that_is_not_the_databases_are_found()
    {
        var cyrillic = Collation.Get("Cyrillic_General_CI_AS");
        var database = new LegacyDatabase("Mixed");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Char(10, cyrillic))
            .Column("Key", SqlType.VarChar(20, cyrillic)).Column("N", SqlType.Int).PrimaryKey("Tenant", "Key");
        for (var i = 0; i < 103; i++)
            table.Add(i < 100 ? "Школа" : "Лицей", $"{"абвгд"[i % 5]}{"жзийк"[i / 5 % 5]}-{i}", i);
        await using var legacy = await LegacySource.StartAsync(database);
        Assert.Equal("Cyrillic_General_CI_AS", (await legacy.Source.FindTableAsync("dbo.T", CancellationToken.None))!
            .Find("Key")!.ForeignCollation);
        await AssertCoversAsync(legacy, 10, "Школа", ["Key"]);
    }

    [Fact]
    public async Task Planning_goes_on_after_the_last_boundary()
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.Int, i => i));
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", "Key");
        var first = await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 10, 3, CancellationToken.None);
        Assert.Equal([1, 2, 3], first.Select(b => b.Number));
        var next = await legacy.Source.PlanAsync(slice, new SlicePosition(3, first[^1].UpTo), 10, 100, CancellationToken.None);
        Assert.Equal(4, next[0].Number);
        Assert.Equal(first[^1].UpTo, next[0].After);
        Assert.Equal(100, first.Concat(next).Sum(b => b.PlannedRows));
    }

    [Theory]
    [InlineData(SourceIsolation.ReadCommitted)]
    [InlineData(SourceIsolation.Snapshot)]
    public async Task A_batch_can_be_counted_again(SourceIsolation isolation)
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.Int, i => i));
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", "Key");
        var range = (await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 40, 1, CancellationToken.None))[0];
        await using var batch = await legacy.Source.OpenAsync(
            slice, range, LegacySource.Select(slice, "Key"), isolation, CancellationToken.None);
        Assert.Equal(40, await batch.RecountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Rows_are_found_again_by_key_however_many_they_are_and_only_within_the_batch()
    {
        await using var legacy = await LegacySource.StartAsync(Table(SqlType.Int, i => i, rows: 2_600));
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", "Key");
        var ranges = await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 2_400, 2, CancellationToken.None);
        var wanted = Enumerable.Range(0, 2_600).Select(i => $"{i}").ToHashSet();

        var originals = await legacy.Source.ReadOriginalsAsync(slice, ranges[0], wanted, CancellationToken.None);

        var own = Enumerable.Range(0, 2_403).Where(i => i is < 100 or >= 103).Select(i => $"{i}");
        Assert.Equal(own.Order(), originals.Keys.Order());
        Assert.Equal("""{"Tenant":"1","Key":"77","N":"77"}""", originals["77"]);
    }

    [Fact]
    public async Task Original_rows_do_not_depend_on_the_culture_of_the_thread()
    {
        var database = new LegacyDatabase("Numbers");
        database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("Key", SqlType.Int).Column("F", SqlType.Float)
            .Column("R", SqlType.Real).Column("M", SqlType.Money).Column("D", SqlType.Decimal(9, 2)).PrimaryKey("Tenant", "Key")
            .Add(1, 1, 0.25, 0.5f, -1234.5m, 7.25m);
        await using var legacy = await LegacySource.StartAsync(database);
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", "Key");
        var range = (await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 10, 1, CancellationToken.None))[0];
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            var originals = await legacy.Source.ReadOriginalsAsync(slice, range, new HashSet<string> { "1" }, CancellationToken.None);
            Assert.Equal(
                """{"Tenant":"1","Key":"1","F":"0.25","R":"0.5","M":"-1234.50","D":"7.25"}""", originals["1"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    static LegacyDatabase Table(SqlType key, Func<int, object> value, int rows = 103)
    {
        var database = new LegacyDatabase("Keys");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("Key", key).Column("N", SqlType.Int)
            .PrimaryKey("Tenant", "Key");
        for (var i = 0; i < rows; i++)
            table.Add(i is >= 100 and < 103 ? 2 : 1, value(i), i);
        return database;
    }

    static Task AssertCoversAsync(LegacySource legacy, int batchSize, params string[] key) =>
        AssertCoversAsync(legacy, batchSize, "1", key);

    static async Task AssertCoversAsync(LegacySource legacy, int batchSize, string tenant, string[] key)
    {
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", tenant, key);
        var batches = await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), batchSize, 1_000, CancellationToken.None);
        var columns = key.Select(k => slice.Table.Find(k)!).ToList();
        var ordinals = Enumerable.Range(0, key.Length).ToList();
        var seen = new HashSet<string>();
        foreach (var range in batches)
        {
            await using var batch = await legacy.Source.OpenAsync(
                slice, range, LegacySource.Select(slice, key), SourceIsolation.ReadCommitted, CancellationToken.None);
            var rows = 0;
            var keys = new HashSet<string>();
            while (batch.Rows.Read())
            {
                rows++;
                keys.Add(KeyText.Format(batch.Rows, ordinals, columns));
                Assert.True(seen.Add(string.Join('|', key.Select((_, i) => batch.Rows.GetValue(i) is DateTime t
                    ? t.Ticks.ToString(CultureInfo.InvariantCulture) : batch.Rows.GetValue(i).ToString()))));
            }
            Assert.Equal(range.PlannedRows, rows);
            var originals = await legacy.Source.ReadOriginalsAsync(slice, range, keys, CancellationToken.None);
            Assert.Equal(keys.Order(), originals.Keys.Order());
        }
        Assert.Equal(100, seen.Count);
        Assert.All(batches.SkipLast(1), b => Assert.Equal(batchSize, b.PlannedRows));
    }
}
