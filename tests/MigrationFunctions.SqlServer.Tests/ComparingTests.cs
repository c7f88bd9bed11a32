using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>What a reconciliation asks of the source beside the rows in their order.</summary>
public class ComparingTests
{
    static readonly Manifest Manifest = new()
    {
        Name = "m", IdNamespace = Guid.NewGuid(), Tenants = new TenantSource { Table = "dbo.District", Key = "Id" }, Entities = [],
    };

    [Fact]
    public async Task Rows_are_counted_by_tenant_with_those_that_are_marked_as_deleted()
    {
        await using var legacy = await LegacySource.StartAsync(Database());

        Assert.Equal(
            [("1", new SideCount(5, 2)), ("2", new SideCount(2, 0))],
            (await legacy.Source.CountByTenantAsync(Manifest, Child with { SoftDelete = "IsDeleted" }, CancellationToken.None)).ByTenant
                .OrderBy(c => c.Key).Select(c => (c.Key, c.Value)));
        Assert.Equal(
            [new SideCount(5, 3), new SideCount(2, 2)],
            (await legacy.Source.CountByTenantAsync(Manifest, Child with { SoftDelete = "DeletedAt" }, CancellationToken.None)).ByTenant
                .OrderBy(c => c.Key).Select(c => c.Value));
        Assert.Equal(
            [new SideCount(5, null), new SideCount(2, null)],
            (await legacy.Source.CountByTenantAsync(Manifest, Child, CancellationToken.None)).ByTenant
                .OrderBy(c => c.Key).Select(c => c.Value));
    }

    [Fact]
    public async Task Rows_of_no_tenant_are_counted_even_when_a_tenant_has_no_key()
    {
        var database = Database(withDistricts: false);
        var tenants = database.AddTable("dbo", "District").Column("Id", SqlType.Int, nullable: true);
        tenants.Add(1);
        tenants.Add((object?)null);
        await using var legacy = await LegacySource.StartAsync(database);

        Assert.Equal(2, (await legacy.Source.CountByTenantAsync(Manifest, Child, CancellationToken.None)).Unassigned);
        Assert.Equal(["1"], (await legacy.Source.ReadTenantsAsync(Manifest, CancellationToken.None)).Select(t => t.Key));
    }

    [Fact]
    public async Task A_tenants_key_may_be_its_name_and_its_time_zone_too()
    {
        var database = Database();
        database.AddTable("dbo", "Zone").Column("Id", SqlType.NVarChar(20)).PrimaryKey("Id").Add("b").Add("a");
        await using var legacy = await LegacySource.StartAsync(database);

        var tenants = await legacy.Source.ReadTenantsAsync(
            Manifest with { Tenants = new TenantSource { Table = "dbo.Zone", Key = "Id", NameColumn = "Id", TimeZoneColumn = "Id" } },
            CancellationToken.None);

        Assert.Equal([("a", "a"), ("b", "b")], tenants.Select(t => (t.Key, t.Name)));
    }

    [Fact]
    public async Task An_orphans_parent_is_looked_for_in_its_own_tenant()
    {
        await using var legacy = await LegacySource.StartAsync(Database());

        var orphans = await legacy.Source.CountOrphansAsync(Manifest, Child, "Parent", Parent, CancellationToken.None);

        Assert.Equal([("1", 2L), ("2", 1L)], orphans.OrderBy(o => o.Key).Select(o => (o.Key, o.Value)));
    }

    [Fact]
    public async Task A_sample_is_every_nth_row_of_the_tenant_in_the_order_of_its_key()
    {
        await using var legacy = await LegacySource.StartAsync(Database());
        var slice = await legacy.SliceAsync("dbo.Child", "Tenant", "1", "Id");

        Assert.Equal(["11", "13"], await legacy.Source.SampleKeysAsync(slice, 2, 1, CancellationToken.None));
        Assert.Equal(["10", "11", "12", "13", "14"], await legacy.Source.SampleKeysAsync(slice, 1, 0, CancellationToken.None));
        Assert.Equal([], await legacy.Source.SampleKeysAsync(slice, 9, 8, CancellationToken.None));
    }

    [Fact]
    public async Task Rows_are_found_by_their_keys_and_no_other_tenants_is_among_them()
    {
        await using var legacy = await LegacySource.StartAsync(Database());
        var slice = await legacy.SliceAsync("dbo.Child", "Tenant", "1", "Id");

        await using var rows = await legacy.Source.OpenKeysAsync(
            slice, LegacySource.Select(slice, "Id", "Parent"), ["12", "20", "99"], CancellationToken.None);

        Assert.True(rows.Rows.Read());
        Assert.Equal((12, true), (rows.Rows.GetInt32(0), rows.Rows.IsDBNull(1)));
        Assert.False(rows.Rows.Read());
    }

    static EntityManifest Child { get; } = Entity("dbo.Child");

    static EntityManifest Parent { get; } = Entity("dbo.Parent");

    static EntityManifest Entity(string table) => new()
    {
        Name = "entity", Source = new EntitySource { Table = table, Tenant = "Tenant", Key = ["Id"] },
        Target = new EntityTarget { Table = "x.y" }, Columns = [],
    };

    // Child 13 names a parent that only the other district has, child 14 and 21 one that nobody has, child 12 none.
    static LegacyDatabase Database(bool withDistricts = true)
    {
        var database = new LegacyDatabase("Comparing");
        if (withDistricts)
            database.AddTable("dbo", "District").Column("Id", SqlType.Int).PrimaryKey("Id").Add(1).Add(2);
        var parents = database.AddTable("dbo", "Parent").Column("Tenant", SqlType.Int).Column("Id", SqlType.Int).PrimaryKey("Id");
        parents.Add(1, 1);
        parents.Add(2, 2);
        var children = database.AddTable("dbo", "Child").Column("Tenant", SqlType.Int).Column("Id", SqlType.Int)
            .Column("Parent", SqlType.Int, nullable: true).Column("IsDeleted", SqlType.Bit)
            .Column("DeletedAt", SqlType.DateTime, nullable: true).PrimaryKey("Id");
        var then = new DateTime(2020, 1, 1);
        children.Add(1, 10, 1, false, then);
        children.Add(1, 11, 1, true, then);
        children.Add(1, 12, null, true, then);
        children.Add(1, 13, 2, false, null);
        children.Add(1, 14, 9, false, null);
        children.Add(2, 20, 2, false, then);
        children.Add(2, 21, 9, false, then);
        return database;
    }
}
