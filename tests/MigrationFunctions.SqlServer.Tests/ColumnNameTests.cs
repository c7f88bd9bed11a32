using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A manifest's names in other case than the tables': every statement works where names ignore case, and where case
/// tells none reads another column than the one that is named.</summary>
public class ColumnNameTests
{
    static readonly Manifest OtherCase = ManifestOf("TENANTID", "TITLE", "zone");

    static readonly EntityManifest Parent = EntityOf("parent", "dbo.Parent", "TENANTID", "id");

    static readonly EntityManifest Child = EntityOf("child", "dbo.Child", "tenantID", "ID") with { SoftDelete = "ISDELETED" };

    [Fact]
    public async Task In_other_case_every_statement_reads_the_same_where_names_ignore_case()
    {
        await using var legacy = await LegacySource.StartAsync(Create("AnyCase"));
        var (source, none) = (legacy.Source, CancellationToken.None);
        Assert.Equal(
            [("1", "North", "America/Chicago"), ("2", "South", "Etc/UTC")],
            (await source.ReadTenantsAsync(OtherCase, none)).Select(t => (t.Key, t.Name, t.TimeZone)));
        Assert.Equal(1, (await source.CountByTenantAsync(OtherCase, Child, none)).Unassigned);
        Assert.Equal((3, 1), await CountsAsync(source, Child, "1"));
        Assert.Equal(1, (await source.CountOrphansAsync(OtherCase, Child, "PARENTID", Parent, none))["1"]);
        var slice = new SourceSlice(
            Child, (await source.FindTableAsync("dbo.Child", none))!,
            TenantKeys.Of(OtherCase.Tenants, (await source.FindTableAsync(OtherCase.Tenants.Table, none))!), "1");
        var batch = Assert.Single(await source.PlanAsync(slice, new SlicePosition(0, null), 10, 1, none));
        Assert.Equal((3, 3), (await source.CountAsync(slice, none), await source.CountRangeAsync(slice, batch, none)));
        Assert.Equal(["10", "11", "12"], await source.SampleKeysAsync(slice, 1, 0, none));
        Assert.Equal(["10", "11", "12"], await ReadAsync(source, slice, batch, "Id"));
    }

    [Fact]
    public async Task A_tenants_column_that_is_not_there_is_told_by_its_code()
    {
        await using var legacy = await LegacySource.StartAsync(Create("NoColumn"));
        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => legacy.Source.ReadTenantsAsync(ManifestOf("TenantID", "Name", null), CancellationToken.None));
        Assert.Equal((ErrorCodes.UnknownSourceColumn, "$.tenants.nameColumn"), (failure.Code, failure.Problem.Place));
    }

    [Fact]
    public async Task Where_case_tells_a_name_in_other_case_is_no_column()
    {
        await using var legacy = await LegacySource.StartAsync(Create("CaseTells", sensitive: true));
        var child = (await legacy.Source.FindTableAsync("dbo.Child", CancellationToken.None))!;
        Assert.False(child.NamesIgnoreCase);
        Assert.Null(child.Find("ID"));
        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => legacy.Source.ReadTenantsAsync(OtherCase, CancellationToken.None));
        Assert.Equal(ErrorCodes.UnknownSourceColumn, failure.Code);
        Assert.Equal(
            2, (await legacy.Source.ReadTenantsAsync(ManifestOf("TenantID", "Title", "Zone"), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Where_case_tells_two_columns_and_two_tables_are_told_apart()
    {
        var database = Create("TwoOfEach", sensitive: true);
        database.AddTable("dbo", "Person").Column("TenantID", SqlType.Int).Column("Id", SqlType.Int)
            .Column("Name", SqlType.NVarChar(20)).Column("name", SqlType.NVarChar(20)).PrimaryKey("TenantID", "Id")
            .Add(1, 1, "Ada", "Countess");
        database.AddTable("dbo", "person").Column("TenantID", SqlType.Int).Column("Id", SqlType.Int)
            .PrimaryKey("TenantID", "Id").Add(1, 7).Add(1, 8);
        await using var legacy = await LegacySource.StartAsync(database);
        var person = await legacy.SliceAsync("dbo.Person", "TenantID", "1", "Id");
        var other = await legacy.SliceAsync("dbo.person", "TenantID", "1", "Id");
        Assert.Equal(["TenantID", "Id", "Name", "name"], person.Table.Columns.Select(c => c.Name));
        Assert.Equal(["TenantID", "Id"], other.Table.Columns.Select(c => c.Name));
        Assert.Equal(1, await legacy.Source.CountAsync(person, CancellationToken.None));
        Assert.Equal(2, await legacy.Source.CountAsync(other, CancellationToken.None));
        var batch = Assert.Single(
            await legacy.Source.PlanAsync(person, new SlicePosition(0, null), 10, 1, CancellationToken.None));
        Assert.Equal(["Ada"], await ReadAsync(legacy.Source, person, batch, "Name"));
        Assert.Equal(["Countess"], await ReadAsync(legacy.Source, person, batch, "name"));
    }

    static async Task<(long Rows, long? Deleted)> CountsAsync(ISourceDatabase source, EntityManifest entity, string tenant)
    {
        var count = (await source.CountByTenantAsync(OtherCase, entity, CancellationToken.None)).ByTenant[tenant];
        return (count.Rows, count.Deleted);
    }

    static async Task<List<string>> ReadAsync(ISourceDatabase source, SourceSlice slice, BatchRange batch, string column)
    {
        await using var open = await source.OpenAsync(
            slice, batch, LegacySource.Select(slice, column), SourceIsolation.ReadCommitted, CancellationToken.None);
        var values = new List<string>();
        while (open.Rows.Read())
            values.Add($"{open.Rows.GetValue(0)}");
        return values;
    }

    static LegacyDatabase Create(string name, bool sensitive = false)
    {
        var database = sensitive ? new LegacyDatabase(name, Collation.Get("Latin1_General_CS_AS")) : new LegacyDatabase(name);
        database.AddTable("dbo", "Tenant").Column("TenantID", SqlType.Int).Column("Title", SqlType.NVarChar(20))
            .Column("Zone", SqlType.VarChar(40)).PrimaryKey("TenantID").Add(1, "North", "Central Standard Time").Add(2, "South", "UTC");
        database.AddTable("dbo", "Parent").Column("TenantID", SqlType.Int).Column("Id", SqlType.Int)
            .PrimaryKey("TenantID", "Id").Add(1, 1);
        database.AddTable("dbo", "Child").Column("TenantID", SqlType.Int).Column("Id", SqlType.Int)
            .Column("ParentID", SqlType.Int, nullable: true).Column("IsDeleted", SqlType.Bit).PrimaryKey("TenantID", "Id")
            .Add(1, 10, 1, false).Add(1, 11, 2, true).Add(1, 12, null, false).Add(9, 13, 1, false);
        return database;
    }

    static Manifest ManifestOf(string key, string? name, string? zone) => new()
    {
        Name = "names",
        Tenants = new TenantSource { Table = "dbo.Tenant", Key = key, NameColumn = name, TimeZoneColumn = zone },
        Entities = [],
    };

    static EntityManifest EntityOf(string name, string table, string tenant, string key) => new()
    {
        Name = name,
        Source = new EntitySource { Table = table, Tenant = tenant, Key = [key] },
        Target = new EntityTarget { Table = "x.y" },
        Columns = [],
    };
}
