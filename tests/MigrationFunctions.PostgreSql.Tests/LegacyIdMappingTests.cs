using System.Data;
using MigrationFunctions.PostgreSql.Mapping;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class LegacyIdMappingTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task A_student_is_found_by_its_legacy_key_and_by_its_uuid()
    {
        var migration = new Migration(Target, Legacy.With(students: 10).Source);
        await Target.Database.PrepareAsync(migration.Run.Manifest, Cancel);
        foreach (var tenant in new[] { Legacy.District, Legacy.OtherDistrict })
        {
            await migration.MoveAsync("school", tenant);
            await migration.MoveAsync("student", tenant);
        }

        var mine = await Target.LegacyIds.FindByLegacyIdAsync("student", Legacy.District, "7", Cancel);
        var other = await Target.LegacyIds.FindByLegacyIdAsync("student", Legacy.OtherDistrict, "7", Cancel);

        Assert.Equal(
            ("student", migration.Tenant(Legacy.District).Id, "7"), (mine!.Entity, mine.TenantId, mine.LegacyId));
        Assert.NotEqual(mine.Id, other!.Id);
        Assert.Equal(mine, await Target.LegacyIds.FindByIdAsync("student", mine.Id, Cancel));
        Assert.Equal(other, await Target.LegacyIds.FindByIdAsync("student", other.Id, Cancel));
    }

    [Theory]
    [InlineData("student", "1", "11")]
    [InlineData("student", "1", "seven")]
    [InlineData("student", "1", "99999999999999999999999")]
    [InlineData("student", "3", "7")]
    [InlineData("unknown", "1", "7")]
    public async Task What_is_not_there_is_null(string entity, string tenant, string key)
    {
        var migration = new Migration(Target, Legacy.With(students: 10).Source);
        await Target.Database.PrepareAsync(migration.Run.Manifest, Cancel);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");

        Assert.Null(await Target.LegacyIds.FindByLegacyIdAsync(entity, tenant, key, Cancel));
        Assert.Null(await Target.LegacyIds.FindByIdAsync(entity, Guid.Empty, Cancel));
    }

    [Fact]
    public async Task The_look_up_uses_the_index_on_the_legacy_key()
    {
        var migration = new Migration(Target, Legacy.With(students: 500).Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");
        await Target.ExecuteAsync("ANALYZE school.student");

        var plan = await Target.QueryAsync<string>(
            $"""
            EXPLAIN SELECT id FROM school.student
            WHERE tenant_id = '{migration.Tenant(Legacy.District).Id}'
              AND legacy_id = {new MappedEntity { LegacyType = "bigint" }.FromKeyText("'7'")}
            """);

        Assert.Contains(plan, line => line.Contains("student_tenant_id_legacy_id_key", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RejectTests.Keys), MemberType = typeof(RejectTests))]
    public async Task Every_type_of_key_is_found_by_its_key_text(SqlDbType type, string column, object key)
    {
        var items = new Items(
            [Legacy.Of("value", SqlDbType.Int)], Legacy.Key("ItemID", type, type == SqlDbType.Char ? 8 : 0));
        await items.CreateAsync(Target, "value integer", column);
        items.Add(key, ("value", 1));
        await Target.Database.PrepareAsync(items.Manifest, Cancel);
        await items.In(Target).MoveAsync("item");

        var match = await Target.LegacyIds.FindByLegacyIdAsync("item", "1", items.Rows.KeyTextOf(0), Cancel);

        Assert.Equal(items.Rows.KeyTextOf(0), match!.LegacyId);
        Assert.Equal(match, await Target.LegacyIds.FindByIdAsync("item", match.Id, Cancel));
    }

    [Fact]
    public async Task The_view_shows_all_entities_of_all_manifests_and_outlives_a_dropped_table()
    {
        var items = new Items([Legacy.Of("value", SqlDbType.Int)]);
        await items.CreateAsync(Target, "value integer");
        items.Add(42L, ("value", 1));
        var migration = new Migration(Target, Legacy.With(students: 2).Source);
        await Target.Database.PrepareAsync(items.Manifest, Cancel);
        await Target.Database.PrepareAsync(migration.Run.Manifest, Cancel);
        await Target.Database.PrepareAsync(migration.Run.Manifest, Cancel);
        await items.In(Target).MoveAsync("item");
        await migration.MoveAsync("school");

        Assert.Equal(
            [("item", "42"), ("school", "1"), ("school", "2"), ("school", "3")],
            await Target.QueryAsync<(string, string)>(
                "SELECT entity, legacy_id FROM migration.legacy_id_mapping ORDER BY entity, legacy_id"));

        await Target.ExecuteAsync("DROP TABLE school.item CASCADE");
        await Target.Database.PrepareAsync(migration.Run.Manifest, Cancel);
        Assert.Equal(3, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.legacy_id_mapping"));
    }
}
