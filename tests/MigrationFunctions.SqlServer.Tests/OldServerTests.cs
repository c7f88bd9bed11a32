using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>Whatever the product sends is T-SQL that SQL Server 2012 knows: the stand-in takes nothing else here.</summary>
public class OldServerTests
{
    [Fact]
    public async Task Every_question_that_a_source_is_asked_is_grammar_of_sql_server_2012()
    {
        await using var legacy = await LegacySource.StartOnStandInAsync(Database());
        var source = legacy.Source;
        var none = CancellationToken.None;
        await source.GetFactsAsync(none);
        Assert.True(await source.CanReadAsync("dbo.T", none));
        Assert.Equal(2, (await source.ReadTenantsAsync(Manifest, none)).Count);
        var census = await source.CountByTenantAsync(Manifest, Entity, none);
        Assert.Equal((100, 0), (census.Total, census.Unassigned));
        var tenants = TenantKeys.Of(Manifest.Tenants, (await source.FindTableAsync("dbo.Tenant", none))!);
        Assert.Empty(await source.FindEqualTenantsAsync(tenants, null, none));
        Assert.Empty(await source.FindEqualTenantsAsync(
            tenants, (await source.FindTableAsync("dbo.T", none))!.Find("Tenant"), none));
        Assert.Empty(await source.CountOrphansAsync(
            Manifest, Entity, "B", Entity with { Source = Entity.Source with { Key = ["B"] } }, none));
        var slice = await legacy.SliceAsync("dbo.T", "Tenant", "1", "A", "B");
        Assert.Equal(50, await source.CountAsync(slice, none));
        var ranges = await source.PlanAsync(slice, new SlicePosition(0, null), 20, 2, none);
        ranges = [.. ranges, .. await source.PlanAsync(slice, new SlicePosition(2, ranges[^1].UpTo), 20, 2, none)];
        foreach (var isolation in Enum.GetValues<SourceIsolation>())
        {
            await using var batch = await source.OpenAsync(slice, ranges[1], LegacySource.Select(slice, "A", "B"), isolation, none);
            Assert.Equal(20, await batch.RecountAsync(none));
        }
        var keys = await source.SampleKeysAsync(slice, 10, 0, none);
        await using (var rows = await source.OpenKeysAsync(slice, LegacySource.Select(slice, "A"), [.. keys], none))
            Assert.True(rows.Rows.Read());
        Assert.NotEmpty(await source.ReadOriginalsAsync(slice, ranges[0], keys.ToHashSet(), none));
    }

    [Fact]
    public async Task What_is_younger_is_refused()
    {
        await using var legacy = await LegacySource.StartOnStandInAsync(Database());
        await using var connection = new Microsoft.Data.SqlClient.SqlConnection(legacy.Served.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Microsoft.Data.SqlClient.SqlCommand(
            "SELECT COUNT(*) FROM dbo.T WHERE A IS NOT DISTINCT FROM B", connection);
        await Assert.ThrowsAsync<Microsoft.Data.SqlClient.SqlException>(() => command.ExecuteScalarAsync());
    }

    static readonly Manifest Manifest = new()
    {
        Name = "m", IdNamespace = Guid.NewGuid(), Entities = [],
        Tenants = new TenantSource { Table = "dbo.Tenant", Key = "Id", NameColumn = "Name", TimeZoneColumn = "Zone" },
    };

    static readonly EntityManifest Entity = new()
    {
        Name = "entity", Source = new EntitySource { Table = "dbo.T", Tenant = "Tenant", Key = ["A", "B"] },
        Target = new EntityTarget { Table = "x.y" }, Columns = [], SoftDelete = "IsDeleted",
    };

    static LegacyDatabase Database()
    {
        var database = new LegacyDatabase("Old") { CompatibilityLevel = 110 };
        database.AddTable("dbo", "Tenant").Column("Id", SqlType.Int).Column("Name", SqlType.NVarChar(20))
            .Column("Zone", SqlType.VarChar(40)).PrimaryKey("Id").Add(1, "One", "America/Chicago").Add(2, "Two", "UTC");
        var table = database.AddTable("dbo", "T").Column("Tenant", SqlType.Int).Column("A", SqlType.Int).Column("B", SqlType.Int)
            .Column("IsDeleted", SqlType.Bit).PrimaryKey("Tenant", "A", "B");
        for (var i = 0; i < 100; i++)
            table.Add(i < 50 ? 1 : 2, i / 10, i, i % 7 == 0);
        return database;
    }
}
