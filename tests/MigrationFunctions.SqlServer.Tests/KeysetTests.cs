using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>Batches by keyset: together they are the table, in the source's own order, whatever the key's type.</summary>
public class KeysetTests
{
    static readonly Guid[] Guids = [.. Enumerable.Range(0, 103).Select(i => new Guid(i * 7919, (short)(i * 31), (short)i, BitConverter.GetBytes(i * 104729L)))];

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
        await using var batch = await legacy.Source.OpenAsync(slice, range, ["Key"], isolation, CancellationToken.None);
        Assert.Equal(40, await batch.RecountAsync(CancellationToken.None));
    }

    static LegacyDatabase Table(SqlType key, Func<int, object> value)
    {
        var database = new LegacyDatabase("Keys");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("Key", key).Column("N", SqlType.Int)
            .PrimaryKey("Tenant", "Key");
        for (var i = 0; i < 103; i++)
            table.Add(i < 100 ? 1 : 2, value(i), i);
        return database;
    }

    static async Task AssertCoversAsync(LegacySource legacy, int batchSize, params string[] key)
    {
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", key);
        var batches = await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), batchSize, 1_000, CancellationToken.None);
        var seen = new HashSet<string>();
        foreach (var range in batches)
        {
            await using var batch = await legacy.Source.OpenAsync(slice, range, key, SourceIsolation.ReadCommitted, CancellationToken.None);
            var rows = 0;
            while (batch.Rows.Read())
            {
                rows++;
                Assert.True(seen.Add(string.Join('|', key.Select((_, i) => batch.Rows.GetValue(i) is DateTime t
                    ? t.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture) : batch.Rows.GetValue(i).ToString()))));
            }
            Assert.Equal(range.PlannedRows, rows);
        }
        Assert.Equal(100, seen.Count);
        Assert.All(batches.SkipLast(1), b => Assert.Equal(batchSize, b.PlannedRows));
    }
}
