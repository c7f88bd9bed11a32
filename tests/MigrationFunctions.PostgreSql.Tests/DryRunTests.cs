using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>A dry run writes for real, hears what the target says, and leaves nothing but its own account.</summary>
public sealed class DryRunTests(TargetServer server) : TargetTest(server)
{
    static readonly string[] Entities = ["district", "school", "student", "enrollment"];

    [Theory]
    [InlineData(WritePath.Auto)]
    [InlineData(WritePath.Staged)]
    public async Task Target_and_full_ledger_stay_untouched_and_the_own_ledger_has_the_results(WritePath path)
    {
        var legacy = Legacy.With(students: 400);
        legacy.AddEnrollment(1, 1_000, ("StudentID", 9_999L), ("SchoolID", 1));
        legacy.AddStudent(1, 500, ("Gpa", -1m));
        var full = new Migration(Target, legacy.Source);
        await full.PlanAsync("student");
        var dry = new Migration(Target, legacy.Source, RunMode.DryRun, Migration.Writing(path));

        var results = new Dictionary<string, BatchResult>();
        foreach (var entity in Entities)
            results[entity] = await dry.MoveAsync(entity);

        Assert.Equal((400, 1), (results["student"].RowsWritten, results["student"].RowsRejected));
        Assert.Equal((400, 1), (results["enrollment"].RowsWritten, results["enrollment"].RowsRejected));
        foreach (var entity in Entities)
        {
            Assert.Equal("", await Target.DumpAsync($"school.{entity}"));
            Assert.True((await dry.TotalsAsync(entity)).IsConserved);
        }
        Assert.Equal(["planned"], await Target.QueryAsync<string>(
            "SELECT state FROM migration.batch_state WHERE ledger = 'full'"));
        Assert.Equal(
            [("500", "check"), ("1000", "orphan")],
            await Target.QueryAsync<(string, string)>(
                "SELECT legacy_key, rule FROM migration.rejected_row ORDER BY entity DESC"));
    }

    [Fact]
    public async Task Its_results_are_those_of_the_run_that_follows()
    {
        var legacy = Legacy.With(students: 300);
        legacy.AddStudent(1, 400, ("Gpa", -1m));
        legacy.AddEnrollment(1, 400, ("StudentID", 400L), ("SchoolID", 1));
        var dry = new Migration(Target, legacy.Source, RunMode.DryRun);
        var full = new Migration(Target, legacy.Source);

        foreach (var entity in Entities)
        {
            var (expected, actual) = (await dry.MoveAsync(entity), await full.MoveAsync(entity));
            Assert.Equal(expected with { FilteredBy = actual.FilteredBy, Adjusted = actual.Adjusted }, actual);
            Assert.Equal(expected.FilteredBy, actual.FilteredBy);
            Assert.Equal(expected.Adjusted, actual.Adjusted);
        }
    }

    [Fact]
    public async Task References_are_checked_against_parents_that_were_rolled_back()
    {
        var legacy = Legacy.With(students: 20);
        var dry = new Migration(Target, legacy.Source, RunMode.DryRun);
        await dry.MoveAsync("school");
        await dry.MoveAsync("student");

        Assert.Equal((20, 0), await CountsAsync(dry, "enrollment"));
        Assert.Equal(23, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.dry_run_id"));
        Assert.Equal(
            0, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.dry_run_id WHERE entity = 'enrollment'"));

        await Target.Runs.AddAsync(dry.Run, DateTimeOffset.UnixEpoch, Cancel);
        await Target.Runs.FinishAsync(dry.Run.RunId, "completed", null, DateTimeOffset.UnixEpoch, Cancel);
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.dry_run_id"));
    }

    [Theory]
    [InlineData(WritePath.Auto)]
    [InlineData(WritePath.Staged)]
    public async Task A_target_whose_foreign_keys_cannot_wait_is_tried_on_a_shadow_table(WritePath path)
    {
        await Target.ExecuteAsync(
            """
            ALTER TABLE school.enrollment DROP CONSTRAINT enrollment_student;
            ALTER TABLE school.enrollment ADD CONSTRAINT enrollment_student
              FOREIGN KEY (tenant_id, student_id) REFERENCES school.student (tenant_id, id) NOT DEFERRABLE
            """);
        var legacy = Legacy.With(students: 20);
        legacy.AddEnrollment(1, 100, ("StudentID", 1L), ("SchoolID", 1), ("SchoolYear", (short)1492));
        legacy.AddEnrollment(1, 101, ("StudentID", 999L), ("SchoolID", 1));
        var dry = new Migration(Target, legacy.Source, RunMode.DryRun, Migration.Writing(path));
        await dry.MoveAsync("school");
        await dry.MoveAsync("student");

        Assert.Equal((20, 2), await CountsAsync(dry, "enrollment"));
        Assert.Equal(
            ["enrollment_school_year_plausible", "StudentID"],
            await Target.QueryAsync<string>("SELECT column_name FROM migration.rejected_row ORDER BY legacy_key"));
        Assert.Equal("", await Target.DumpAsync("school.enrollment"));
    }

    [Fact]
    public async Task A_repeated_execution_returns_the_recorded_result()
    {
        var legacy = Legacy.With(students: 20);
        legacy.AddStudent(1, 50, ("FirstName", "\0"));
        var dry = new Migration(Target, legacy.Source, RunMode.DryRun);
        await dry.MoveAsync("school");
        var work = Assert.Single(await dry.PlanAsync("student"));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => dry.CopyAsync(work))));

        Assert.All(results, r => Assert.Equal((20, 1), (r.RowsWritten, r.RowsRejected)));
        Assert.Equal(1, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.rejected_row"));
    }

    static async Task<(long, long)> CountsAsync(Migration migration, string entity)
    {
        var result = await migration.MoveAsync(entity);
        return (result.RowsWritten, result.RowsRejected);
    }
}
