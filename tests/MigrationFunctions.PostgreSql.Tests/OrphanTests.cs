using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Rows whose parent is not in the target are rejected set-wise, and the batch stays on its fast
/// path.</summary>
public sealed class OrphanTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task Orphans_are_rejected_and_the_batch_stays_on_the_direct_path()
    {
        var legacy = Legacy.With(students: 3_000);
        for (var i = 1; i <= 100; i++)
            legacy.AddEnrollment(1, 10_000 + i, ("StudentID", 500_000L + i % 7), ("SchoolID", 1));
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");

        var result = await migration.MoveAsync("enrollment");

        Assert.Equal((3_100, 3_000, 100, WritePath.Direct),
            (result.RowsRead, result.RowsWritten, result.RowsRejected, result.Path));
        Assert.Equal(100, await Target.ScalarAsync<long>(
            """
            SELECT count(DISTINCT legacy_key) FROM migration.rejected_row
            WHERE rule = 'orphan' AND column_name = 'StudentID' AND legacy_key::int > 10000
              AND original->>'SchoolID' = '1'
            """));
        Assert.Equal("direct", await Target.ScalarAsync<string>(
            "SELECT write_path FROM migration.batch_state WHERE entity = 'enrollment'"));
        Assert.Equal(result.Digest, await Target.DigestAsync(
            "SELECT tenant_id, id, legacy_id, " + string.Join(", ", migration.Run.Manifest.Entities
                .Single(e => e.Name == "enrollment").Columns.Select(c => c.Target)) + " FROM school.enrollment"));
    }

    [Fact]
    public async Task Children_of_a_rejected_parent_are_orphans()
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1);
        legacy.AddStudent(1, 2, ("Gpa", -1m));
        legacy.AddEnrollment(1, 1, ("StudentID", 1L), ("SchoolID", 1));
        legacy.AddEnrollment(1, 2, ("StudentID", 2L), ("SchoolID", 1));
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");
        await migration.MoveAsync("student");

        var result = await migration.MoveAsync("enrollment");

        Assert.Equal((1, 1, WritePath.Direct), (result.RowsWritten, result.RowsRejected, result.Path));
    }

    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task Parents_of_another_tenant_do_not_count(WritePath path)
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(2, 77);
        legacy.AddEnrollment(1, 1, ("StudentID", 77L), ("SchoolID", 1));
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(path));
        await migration.MoveAsync("school");
        await migration.MoveAsync("student", Legacy.OtherDistrict);

        var result = await migration.MoveAsync("enrollment");

        Assert.Equal((0, 1), (result.RowsWritten, result.RowsRejected));
        Assert.Equal("orphan", await Target.ScalarAsync<string>("SELECT rule FROM migration.rejected_row"));
    }

    [Fact]
    public async Task A_null_reference_has_no_parent_to_miss()
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1, ("SchoolID", null));

        var result = await new Migration(Target, legacy.Source).MoveAsync("student");

        Assert.Equal((1, 0), (result.RowsWritten, result.RowsRejected));
    }
}
