using LegacyServers;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A table that is not what it was planned with is told by the server's own description, before any row is read.</summary>
public class SchemaDriftTests
{
    public static TheoryData<string, Func<ILegacySource, Task>, string> Changes => new()
    {
        { "added", s => s.AddColumnAsync("dbo.T", "Extra", SqlType.Int, nullable: true), "Column Extra is new." },
        { "dropped", s => s.DropColumnAsync("dbo.T", "Note"), "Column Note is gone." },
        { "widened", s => s.AlterColumnAsync("dbo.T", "Name", SqlType.NVarChar(40), nullable: false),
            "Column Name was nvarchar(20) NOT NULL and is nvarchar(40) NOT NULL." },
        { "another type", s => s.AlterColumnAsync("dbo.T", "Amount", SqlType.Decimal(12, 4), nullable: false),
            "Column Amount was decimal(8,2) NOT NULL and is decimal(12,4) NOT NULL." },
        { "made nullable", s => s.AlterColumnAsync("dbo.T", "Name", SqlType.NVarChar(20), nullable: true),
            "Column Name was nvarchar(20) NOT NULL and is nvarchar(20)." },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_column_that_was_changed_meanwhile_is_told_the_same_way_to_every_reader(
        string what, Func<ILegacySource, Task> change, string told)
    {
        await using var legacy = await LegacySource.StartAsync(Database());
        var slice = await DescribedAsync(legacy, "dbo.T");
        var range = (await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 10, 1, CancellationToken.None))[0];
        var columns = LegacySource.Select(slice, "Id", "Name");
        await using (await legacy.Source.OpenAsync(slice, range, columns, SourceIsolation.ReadCommitted, CancellationToken.None))
        {
        }

        await change(legacy.Served);

        var failures = new[]
        {
            await Assert.ThrowsAsync<MigrationException>(
                () => legacy.Source.OpenAsync(slice, range, columns, SourceIsolation.ReadCommitted, CancellationToken.None)),
            await Assert.ThrowsAsync<MigrationException>(
                () => legacy.Source.OpenKeysAsync(slice, columns, ["1"], CancellationToken.None)),
        };
        Assert.All(failures, f => Assert.Equal((ErrorCodes.SourceChanged, false), (f.Code, f.IsTransient)));
        Assert.All(failures, f => Assert.Contains(told, f.Message, StringComparison.Ordinal));
        Assert.True(failures[0].Message == failures[1].Message, what);
    }

    [Fact]
    public async Task A_view_is_described_as_it_reads_and_not_as_it_was_made()
    {
        await using var legacy = await LegacySource.StartAsync(Database());
        await legacy.Served.AddViewAsync("dbo.V", "dbo.T");
        var made = (await legacy.Source.FindTableAsync("dbo.V", CancellationToken.None))!;
        await legacy.Served.AlterColumnAsync("dbo.T", "Name", SqlType.NVarChar(40), nullable: false);

        var stale = (await legacy.Source.FindTableAsync("dbo.V", CancellationToken.None))!;
        var described = await legacy.Source.DescribeAsync("dbo.V", CancellationToken.None);

        Assert.True(made.IsView);
        Assert.Equal((20, 40), (stale.Find("Name")!.Length, described.Single(c => c.Name == "Name").Size));
        Assert.Equal(["Name"], stale.Columns.Where(c => !described.Single(d => d.Name == c.Name).IsLike(c)).Select(c => c.Name));
        await legacy.Served.RefreshViewAsync("dbo.V");
        var refreshed = (await legacy.Source.FindTableAsync("dbo.V", CancellationToken.None))!;
        Assert.All(refreshed.Columns, c => Assert.True(described.Single(d => d.Name == c.Name).IsLike(c), c.Name));
    }

    static async Task<SourceSlice> DescribedAsync(LegacySource legacy, string table)
    {
        var slice = await legacy.SliceAsync(table, "Tenant", "1", "Id");
        return slice with
        {
            Table = slice.Table with { Description = await legacy.Source.DescribeAsync(table, CancellationToken.None) },
        };
    }

    static LegacyDatabase Database()
    {
        var database = new LegacyDatabase("Drift");
        database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("Id", SqlType.Int).Column("Name", SqlType.NVarChar(20))
            .Column("Amount", SqlType.Decimal(8, 2)).Column("Note", SqlType.NVarChar(SqlType.Max), nullable: true).PrimaryKey("Id")
            .Add(1, 1, "One", 1.5m, null);
        return database;
    }
}
