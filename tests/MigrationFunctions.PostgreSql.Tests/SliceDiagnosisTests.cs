using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>What is said of an account that does not fit: in numbers, and with a remedy.</summary>
public sealed class SliceDiagnosisTests(TargetServer server) : TargetTest(server)
{
    const string Reconcile = "migrate reconcile school-district --tenant 1 --entity school --depth digest";

    [Fact]
    public async Task Rows_added_between_boundaries_and_rows_that_went_are_counted_by_their_batches()
    {
        var (legacy, migration) = await MovedAsync(schools: 60);
        legacy.AddSchool(1, 1_001);
        legacy.Schools.MoveLast("1", 52);
        legacy.AddSchool(1, 1_002);
        legacy.Schools.MoveLast("1", 3);
        legacy.AddSchool(1, 1_003);
        legacy.Schools.MoveLast("1", 3);
        legacy.Schools.Remove("1", 14);

        var problem = await migration.CompleteAsync("school");

        Assert.Equal((ErrorCodes.NotConserved, "school of tenant 1"), (problem!.Code, problem.Place));
        Assert.Equal(
            "The source has 62 rows; the target has 60, 0 are rejected and 0 filtered. "
            + "3 rows were added since within the bounds of 2 batches (1, 6). "
            + "1 row was taken away since within the bounds of batch 2.",
            problem.Message);
        Assert.Equal($"Run `{Reconcile} --repair --delete-extra`, then start again.", problem.Remedy);
    }

    [Fact]
    public async Task Of_many_batches_the_first_ones_are_named()
    {
        var (legacy, migration) = await MovedAsync(schools: 70);
        for (var batch = 6; batch >= 0; batch--)
        {
            legacy.AddSchool(1, 1_000 + batch);
            legacy.Schools.MoveLast("1", (10 * batch) + 5);
        }

        var problem = await migration.CompleteAsync("school");

        Assert.Contains(
            "7 rows were added since within the bounds of 7 batches (1, 2, 3, 4, 5, ...).", problem!.Message,
            StringComparison.Ordinal);
        Assert.Equal($"Run `{Reconcile} --repair`, then start again.", problem.Remedy);
    }

    [Fact]
    public async Task Rows_that_came_behind_the_last_batch_wait_for_the_next_run()
    {
        var (legacy, migration) = await MovedAsync(schools: 20);
        for (var id = 21; id <= 45; id++)
            legacy.AddSchool(1, id);

        var problem = await migration.CompleteAsync("school");

        Assert.EndsWith("25 rows were added behind the last batch.", problem!.Message, StringComparison.Ordinal);
        Assert.Equal("Start again: a new run takes up what was added.", problem.Remedy);
    }

    [Theory]
    [InlineData("DELETE FROM school.school WHERE legacy_id IN (2, 3)", "Of 20 rows that the ledger has as written the target lacks 2.")]
    [InlineData(
        "INSERT INTO school.school SELECT (jsonb_populate_record(s, '{\"id\": \"00000000-0000-4000-8000-000000000001\", "
        + "\"legacy_id\": 999}')).* FROM school.school AS s WHERE legacy_id = 2",
        "The target has 1 row more than the ledger has as written.")]
    public async Task What_the_target_holds_beside_what_was_written_is_told(string sql, string finding)
    {
        var (_, migration) = await MovedAsync(schools: 20);
        await Target.ExecuteAsync(sql);

        var problem = await migration.CompleteAsync("school");

        Assert.EndsWith(finding, problem!.Message, StringComparison.Ordinal);
        Assert.Equal($"Run `{Reconcile} --repair`, then start again.", problem.Remedy);
    }

    [Fact]
    public async Task A_row_that_no_range_holds_is_another_error()
    {
        var (legacy, migration) = await MovedAsync(schools: 20);
        legacy.Source.RowsOutsideRanges = 1;

        var problem = await migration.CompleteAsync("school");

        Assert.Equal(ErrorCodes.SliceNotCovered, problem!.Code);
        Assert.Equal(
            "The source counts 21 rows, the ranges of its 2 batches hold 20: a row lies in no batch, or in two.", problem.Message);
    }

    async Task<(Legacy Legacy, Migration Migration)> MovedAsync(int schools)
    {
        var legacy = Legacy.With(students: 0, schools);
        var migration = new Migration(
            Target, legacy.Source, options: Migration.Writing(WritePath.Auto) with { BatchSize = 10 });
        await migration.TakeUpAsync("school", count: 20);
        Assert.Null(await migration.CompleteAsync("school"));
        return (legacy, migration);
    }
}
