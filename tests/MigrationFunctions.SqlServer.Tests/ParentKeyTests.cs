using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A reference finds its parent by the source's own equality, and comes with the parent's own spelling.</summary>
public class ParentKeyTests
{
    static readonly Guid Id = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    public static TheoryData<string, SqlType, object, SqlType, object, string?> Pairs => new()
    {
        { "case", Text("Latin1_General_CI_AS"), "ABC", Text("Latin1_General_CI_AS"), "abc", "ABC" },
        { "case that counts", Text("Latin1_General_CS_AS"), "ABC", Text("Latin1_General_CS_AS"), "abc", null },
        { "accents", Text("Latin1_General_CI_AI"), "Zoé", Text("Latin1_General_CI_AI"), "ZOE", "Zoé" },
        { "width", Text("Latin1_General_CI_AS"), "A1", Text("Latin1_General_CI_AS"), "Ａ１", "A1" },
        { "spaces at the end", SqlType.Char(6), "AB", SqlType.VarChar(6), "AB", "AB" },
        { "two collations", Text("Latin1_General_CI_AS"), "Abc", Text("Latin1_General_CS_AS"), "aBC", "Abc" },
        { "an emoji without weight", Text("SQL_Latin1_General_CP1_CI_AS"), "A", Text("SQL_Latin1_General_CP1_CI_AS"), "a😀", "A" },
        { "zeros at the end of bytes", SqlType.Binary(4), new byte[] { 1, 2, 0, 0 }, SqlType.VarBinary(4), new byte[] { 1, 2 },
            "01020000" },
        { "uniqueidentifier kept as text", SqlType.UniqueIdentifier, Id, SqlType.VarChar(36), Id.ToString().ToUpperInvariant(),
            Id.ToString() },
        { "text that means a uniqueidentifier", SqlType.VarChar(36), Id.ToString().ToUpperInvariant(), SqlType.UniqueIdentifier, Id,
            Id.ToString().ToUpperInvariant() },
        { "a number kept as text", SqlType.Int, 7, SqlType.VarChar(8), "007", "7" },
        { "text that means a number", SqlType.VarChar(8), "007", SqlType.Int, 7, "007" },
        { "text that means nothing", SqlType.Int, 7, SqlType.VarChar(8), "seven", null },
        { "a date with a time", SqlType.Date, new DateTime(2020, 1, 2), SqlType.DateTime2(3), new DateTime(2020, 1, 2), "2020-01-02" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task The_parents_own_key_is_looked_up_by_the_sources_equality(
        string what, SqlType keyType, object key, SqlType referenceType, object reference, string? expected)
    {
        await using var legacy = await LegacySource.StartAsync(Database(keyType, key, referenceType, reference));
        var (slice, selected) = await SliceAsync(legacy);
        var range = (await legacy.Source.PlanAsync(slice, new SlicePosition(0, null), 10, 1, CancellationToken.None))[0];

        await using var batch = await legacy.Source.OpenAsync(
            slice, range, selected, SourceIsolation.ReadCommitted, CancellationToken.None);

        Assert.False(KeyComparison.IsExact(selected[1].Parent!.Reference, selected[1].Column), what);
        Assert.True(batch.Rows.Read());
        Assert.Equal(expected, batch.Rows.IsDBNull(1) ? null : KeyText.Format(batch.Rows, [1], [selected[1].Column]));
        Assert.False(batch.Rows.Read());
        var orphans = await legacy.Source.CountOrphansAsync(Manifest, Child, "Ref", Parent, CancellationToken.None);
        Assert.Equal(expected is null ? 1 : 0, orphans.GetValueOrDefault("1"));
    }

    [Fact]
    public async Task A_parent_of_another_tenant_is_no_parent_and_several_equal_ones_give_one_row()
    {
        var database = Database(Text("Latin1_General_CI_AS"), "ABC", Text("Latin1_General_CI_AS"), "abc");
        database.Table("Parent").Delete(_ => true);
        database.Table("Parent").Add(2, "abc");
        await using (var other = await LegacySource.StartAsync(database))
            Assert.Equal([null], await KeysAsync(other));
        database.Table("Parent").Add(1, "ABC").Add(1, "Abc");
        await using var several = await LegacySource.StartAsync(database);
        Assert.Single(await KeysAsync(several));
        Assert.Equal(1, await several.Source.CountEqualKeysAsync(Manifest, Parent, CancellationToken.None));
        Assert.Equal(0, await several.Source.CountEqualKeysAsync(Manifest, Child, CancellationToken.None));
    }

    static async Task<List<string?>> KeysAsync(LegacySource legacy)
    {
        var (slice, selected) = await SliceAsync(legacy);
        await using var rows = await legacy.Source.OpenKeysAsync(slice, selected, ["1"], CancellationToken.None);
        var keys = new List<string?>();
        while (rows.Rows.Read())
            keys.Add(rows.Rows.IsDBNull(1) ? null : rows.Rows.GetString(1));
        return keys;
    }

    static async Task<(SourceSlice Slice, IReadOnlyList<SelectedColumn> Selected)> SliceAsync(LegacySource legacy)
    {
        var none = CancellationToken.None;
        var tenants = TenantKeys.Of(Manifest.Tenants, (await legacy.Source.FindTableAsync("dbo.District", none))!);
        var child = (await legacy.Source.FindTableAsync("dbo.Child", none))!;
        var parent = (await legacy.Source.FindTableAsync("dbo.Parent", none))!;
        var key = parent.Find("Code")!;
        return (
            new SourceSlice(Child, child, tenants, "1"),
            [SelectedColumn.Of(child.Find("Id")!), new("migration:parent:Ref", key, new ParentKey(child.Find("Ref")!, Parent, parent))]);
    }

    static SqlType Text(string collation) => SqlType.NVarChar(10, Collation.Get(collation));

    static readonly Manifest Manifest = new()
    {
        Name = "m", Tenants = new TenantSource { Table = "dbo.District", Key = "Id" }, Entities = [],
    };

    static EntityManifest Parent { get; } = Entity("parent", "dbo.Parent", "Code");

    static EntityManifest Child { get; } = Entity("child", "dbo.Child", "Id");

    static EntityManifest Entity(string name, string table, string key) => new()
    {
        Name = name, Source = new EntitySource { Table = table, Tenant = "Tenant", Key = [key] },
        Target = new EntityTarget { Table = "x.y" }, Columns = [],
    };

    static LegacyDatabase Database(SqlType keyType, object key, SqlType referenceType, object reference)
    {
        var database = new LegacyDatabase("References");
        database.AddTable("dbo", "District").Column("Id", SqlType.Int).PrimaryKey("Id").Add(1).Add(2);
        database.AddTable("dbo", "Parent").Column("Tenant", SqlType.Int).Column("Code", keyType)
            .Index("IX_Parent", unique: false, "Tenant", "Code").Add(1, key);
        database.AddTable("dbo", "Child").Column("Tenant", SqlType.Int).Column("Id", SqlType.Int)
            .Column("Ref", referenceType, nullable: true).PrimaryKey("Id").Add(1, 1, reference);
        return database;
    }
}
