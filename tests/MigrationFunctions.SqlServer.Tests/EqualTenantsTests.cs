using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>Which tenant a row is of is the source's to say, and it says the same to everybody who asks.</summary>
public class EqualTenantsTests
{
    static readonly SqlType CaseInsensitive = SqlType.VarChar(10, Collation.Get("Latin1_General_CI_AS"));
    static readonly SqlType CaseSensitive = SqlType.VarChar(10, Collation.Get("Latin1_General_CS_AS"));

    [Fact]
    public async Task Keys_that_differ_in_case_are_one_tenant_where_the_collation_says_so()
    {
        await using var legacy = await LegacySource.StartAsync(
            Database(CaseInsensitive, ["tx1", "TX1", "ny1"], CaseInsensitive, ["tx1", "TX1"]));

        Assert.Equal([["tx1", "TX1"]], await EqualAsync(legacy, null));
        Assert.Equal([["tx1", "TX1"]], await EqualAsync(legacy, Entity));
        var census = await legacy.Source.CountByTenantAsync(Manifest, Entity, CancellationToken.None);
        Assert.Equal((2, 2, 0), (census.Total, census.Listed, census.Unassigned));
        Assert.Equal((2, 2L), (Assert.Single(census.Shared).Tenants.Count, census.Shared[0].Rows));
    }

    [Fact]
    public async Task Keys_of_text_that_are_one_number_are_one_tenant_of_a_child_with_numbers()
    {
        await using var legacy = await LegacySource.StartAsync(Database(CaseSensitive, ["7", "07", "8"], SqlType.Int, [7, 8, 9]));

        Assert.Empty(await EqualAsync(legacy, null));
        Assert.Equal([["7", "07"]], await EqualAsync(legacy, Entity));
    }

    [Theory]
    // Accent, width and padding, each by its collation.
    [InlineData("Latin1_General_CI_AI", "Zoé", "zoe")]
    [InlineData("Latin1_General_CI_AS", "Ａ1", "A1")]
    [InlineData("Latin1_General_BIN2", "a", "a ")]
    [InlineData("Latin1_General_CI_AS", "x😀", "x")]
    public async Task Every_rule_of_a_collation_counts(string collation, string one, string other)
    {
        var type = SqlType.NVarChar(10, Collation.Get(collation));
        await using var legacy = await LegacySource.StartAsync(Database(type, [one, other], type, []));

        Assert.Equal(2, Assert.Single(await EqualAsync(legacy, null)).Length);
    }

    [Fact]
    public async Task A_tenant_that_is_listed_twice_is_found()
    {
        await using var legacy = await LegacySource.StartAsync(Database(SqlType.Int, [1, 1, 2], SqlType.Int, [1]));

        Assert.Equal([["1", "1"]], await EqualAsync(legacy, null));
    }

    [Fact]
    public async Task A_key_that_the_column_cannot_hold_is_nobodys()
    {
        // As a char(2) it would be cut to 'AB', as varchar of code page 1252 it would become 'A': both are other tenants' rows.
        var wide = SqlType.NVarChar(10, Collation.Get("Latin1_General_CS_AS"));
        var narrow = SqlType.VarChar(2, Collation.Get("Latin1_General_CS_AS"));
        await using var legacy = await LegacySource.StartAsync(Database(wide, ["ABC", "Ā", "AB"], narrow, ["AB", "AB", "A"]));

        Assert.Empty(await EqualAsync(legacy, Entity));
        Assert.Equal((0, 0, 2), (await CountAsync(legacy, "ABC"), await CountAsync(legacy, "Ā"), await CountAsync(legacy, "AB")));
        var census = await legacy.Source.CountByTenantAsync(Manifest, Entity, CancellationToken.None);
        Assert.Equal([("AB", 2L)], census.ByTenant.Select(t => (t.Key, t.Value.Rows)));
        Assert.Equal(1, census.Unassigned);
    }

    [Fact]
    public async Task Numbers_of_any_type_are_compared_as_numbers()
    {
        await using var legacy = await LegacySource.StartAsync(Database(SqlType.Int, [7, 300], SqlType.TinyInt, [(byte)7, (byte)9]));

        Assert.Empty(await EqualAsync(legacy, Entity));
        Assert.Equal((1, 0), (await CountAsync(legacy, "7"), await CountAsync(legacy, "300")));
    }

    [Fact]
    public async Task Types_of_two_families_need_a_declared_conversion_and_then_every_count_agrees()
    {
        await using var legacy = await LegacySource.StartAsync(
            Database(SqlType.Int, [7, 8], SqlType.Char(4), ["0007", "7", " 7", "abcd", "0009"]));
        var tenants = (await legacy.Source.FindTableAsync("dbo.District", CancellationToken.None))!;
        var child = (await legacy.Source.FindTableAsync("dbo.Child", CancellationToken.None))!;
        var declared = Manifest with { Tenants = Manifest.Tenants with { CompareAs = TenantComparison.Number } };

        Assert.Equal("MIG2027", TenantKeys.Of(Manifest.Tenants, tenants).Check(child.Name, child.Columns[0])?.Code);
        Assert.Null(TenantKeys.Of(declared.Tenants, tenants).Check(child.Name, child.Columns[0]));
        var census = await legacy.Source.CountByTenantAsync(declared, Entity, CancellationToken.None);
        Assert.Equal([("7", 3L)], census.ByTenant.Select(t => (t.Key, t.Value.Rows)));
        Assert.Equal((5, 2), (census.Total, census.Unassigned));
        Assert.Equal((3, 0), (await CountAsync(legacy, "7", declared), await CountAsync(legacy, "8", declared)));
    }

    [Fact]
    public async Task Text_of_two_collations_is_compared_by_the_one_that_is_declared()
    {
        await using var legacy = await LegacySource.StartAsync(
            Database(CaseInsensitive, ["tx1", "ny1"], CaseSensitive, ["TX1", "tx1", "ny1"]));
        var declared = Manifest with
        {
            Tenants = Manifest.Tenants with { CompareAs = TenantComparison.Text, Collation = "Latin1_General_CI_AS" },
        };

        var census = await legacy.Source.CountByTenantAsync(declared, Entity, CancellationToken.None);

        Assert.Equal([("ny1", 1L), ("tx1", 2L)], census.ByTenant.OrderBy(t => t.Key).Select(t => (t.Key, t.Value.Rows)));
        Assert.Equal((2, 1), (await CountAsync(legacy, "tx1", declared), await CountAsync(legacy, "ny1", declared)));
    }

    [Fact]
    public async Task Keys_that_cannot_be_converted_as_declared_are_told()
    {
        await using var legacy = await LegacySource.StartAsync(Database(SqlType.Char(4), ["0007", "x", "y"], SqlType.Int, [7]));
        var declared = Manifest with { Tenants = Manifest.Tenants with { CompareAs = TenantComparison.Number } };

        var tenants = TenantKeys.Of(declared.Tenants, (await legacy.Source.FindTableAsync("dbo.District", CancellationToken.None))!);

        var group = Assert.Single(await legacy.Source.FindEqualTenantsAsync(tenants, null, CancellationToken.None));

        Assert.Equal((false, "x,y"), (group.IsComparable, string.Join(',', group.Keys)));
    }

    static async Task<string[][]> EqualAsync(LegacySource legacy, EntityManifest? entity)
    {
        var none = CancellationToken.None;
        var tenants = TenantKeys.Of(Manifest.Tenants, (await legacy.Source.FindTableAsync("dbo.District", none))!);
        var column = entity is null ? null : (await legacy.Source.FindTableAsync(entity.Source.Table, none))!.Find(entity.Source.Tenant);
        return
        [
            .. (await legacy.Source.FindEqualTenantsAsync(tenants, column, none))
                .Select(g => g.Keys.Order(StringComparer.Ordinal).Reverse().ToArray()),
        ];
    }

    static async Task<long> CountAsync(LegacySource legacy, string tenant, Manifest? manifest = null)
    {
        var tenants = (await legacy.Source.FindTableAsync("dbo.District", CancellationToken.None))!;
        var child = (await legacy.Source.FindTableAsync("dbo.Child", CancellationToken.None))!;
        return await legacy.Source.CountAsync(
            new SourceSlice(Entity, child, TenantKeys.Of((manifest ?? Manifest).Tenants, tenants), tenant), CancellationToken.None);
    }

    static readonly Manifest Manifest = new()
    {
        Name = "m", Tenants = new TenantSource { Table = "dbo.District", Key = "Id" }, Entities = [],
    };

    static readonly EntityManifest Entity = new()
    {
        Name = "child", Source = new EntitySource { Table = "dbo.Child", Tenant = "Tenant", Key = ["Id"] },
        Target = new EntityTarget { Table = "x.y" }, Columns = [],
    };

    static LegacyDatabase Database(SqlType key, object[] tenants, SqlType column, object[] rows)
    {
        var database = new LegacyDatabase("Tenants");
        var listed = database.AddTable("dbo", "District").Column("Id", key);
        foreach (var tenant in tenants)
            listed.Add(tenant);
        var children = database.AddTable("dbo", "Child").Column("Tenant", column).Column("Id", SqlType.Int).PrimaryKey("Id");
        for (var i = 0; i < rows.Length; i++)
            children.Add(rows[i], i);
        return database;
    }
}
