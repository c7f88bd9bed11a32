using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>The whole way of a batch into real tables.</summary>
public sealed class BatchCopyTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task Rows_ledger_and_counts_commit_together_on_the_direct_path()
    {
        var migration = new Migration(Target, Legacy.With(students: 2_000).Source);
        await migration.MoveAsync("school");

        var result = await migration.MoveAsync("student");

        Assert.Equal(WritePath.Direct, result.Path);
        Assert.Equal(
            (2_000, 2_000, 0, 0), (result.RowsRead, result.RowsWritten, result.RowsRejected, result.RowsFiltered));
        Assert.Equal(2_000, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student"));
        var totals = await migration.TotalsAsync("student");
        Assert.True(totals.IsConserved, totals.ToString());
        Assert.Equal(
            (migration.Run.RunId, "direct", result.Digest),
            Assert.Single(await Target.QueryAsync<(string, string, string)>(
                """
                SELECT run_id, write_path, digest FROM migration.batch_state WHERE entity = 'student' AND state = 'done'
                """)));
    }

    [Fact]
    public async Task Staged_writes_the_same_tables_as_direct_byte_for_byte()
    {
        var legacy = Legacy.With(students: 500);
        await using var staged = await Server.CreateAsync();
        var direct = new Migration(Target, legacy.Source, options: Migration.Writing(WritePath.Direct));
        var under = new Migration(staged, legacy.Source, options: Migration.Writing(WritePath.Staged));

        foreach (var entity in new[] { "district", "school", "student", "enrollment" })
        {
            var first = await direct.MoveAsync(entity);
            var second = await under.MoveAsync(entity);

            Assert.Equal((WritePath.Direct, WritePath.Staged), (first.Path, second.Path));
            Assert.Equal(first.Digest, second.Digest);
            Assert.Equal(await Target.DumpAsync($"school.{entity}"), await staged.DumpAsync($"school.{entity}"));
        }
    }
}
