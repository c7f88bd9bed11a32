using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Rows by tenant, whichever identity may see them.</summary>
public sealed class TargetCountsTests(TargetServer server) : TargetTest(server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tenants_rows_are_counted_and_tenants_without_any_are_found(bool hasDirect)
    {
        var legacy = Legacy.With(students: 0, schools: 7);
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await using var connections = Target.Connect(hasDirect);
        var counts = new TargetCounts(connections);
        var school = migration.Run.Manifest.Entities.Single(e => e.Name == "school");
        var (one, two, three) = (migration.Tenant("1").Id, migration.Tenant("2").Id, migration.Tenant("3").Id);

        Assert.Equal(7, await counts.CountAsync(migration.Run, school, one, Cancel));
        Assert.Equal(0, await counts.CountAsync(migration.Run, school, two, Cancel));
        Assert.Equal(
            new HashSet<Guid> { two, three },
            await counts.FindWithoutRowsAsync(migration.Run, school, [one, two, three], Cancel));
    }
}
