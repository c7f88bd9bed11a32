using System.Data;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>No rejection is final: what can be written now is missing until it is written, and what cannot stays rejected
/// with the reason that it has now.</summary>
public sealed class OpenRejectionTests(TargetServer server) : TargetTest(server)
{
    Items _items = null!;
    Migration _migration = null!;

    Comparison Comparison => new(Target, _items.Source, _migration, "1");

    [Fact]
    public async Task A_rejected_row_that_could_be_written_is_missing()
    {
        await MigrateAsync();
        _items.Rows.Set("1", "2", "name", "mended");

        var result = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var difference = Assert.Single(result.Differences);
        Assert.Equal(("2", DifferenceKind.Missing), (difference.LegacyKey, difference.Kind));
        Assert.False(result.Summary.IsEqual);
        Assert.Equal(2, Assert.Single(result.Slices).Rejected);
    }

    [Fact]
    public async Task A_row_that_the_target_refuses_now_is_rejected_and_one_that_it_would_take_is_missing()
    {
        await MigrateAsync();

        var refused = await Comparison.RunAsync(ReconciliationDepth.Digest);
        await Target.ExecuteAsync("ALTER TABLE school.item DROP CONSTRAINT amount_positive");
        var taken = await Comparison.RunAsync(ReconciliationDepth.Digest);

        Assert.True(refused.Summary.IsEqual);
        Assert.Equal((6, 3, 3), Account(refused));
        var difference = Assert.Single(taken.Differences);
        Assert.Equal(("3", DifferenceKind.Missing), (difference.LegacyKey, difference.Kind));
        Assert.Equal((6, 3, 2), Account(taken));
        Assert.Equal(3, await Target.ScalarAsync<long>("SELECT count(*) FROM school.item"));
    }

    [Fact]
    public async Task Steps_that_are_done_twice_count_a_refused_row_once()
    {
        await MigrateAsync();

        var twice = await new Comparison(Target, _items.Source, _migration, "1") { Times = 2, RowsOfUnit = 2 }
            .RunAsync(ReconciliationDepth.Digest);

        Assert.True(twice.Summary.IsEqual);
        Assert.Equal((6, 3, 3), Account(twice));
    }

    [Fact]
    public async Task A_rejection_of_a_row_that_the_source_no_longer_has_counts_until_it_is_closed()
    {
        await MigrateAsync();
        _items.Rows.Delete("1", "2");
        _items.Rows.Set("1", "3", "name", "hidden");

        var counts = await Comparison.RunAsync(ReconciliationDepth.Counts);
        await ReplayAsync("run-2");
        var after = await Comparison.RunAsync(ReconciliationDepth.Counts);
        var digest = await Comparison.RunAsync(ReconciliationDepth.Digest);

        Assert.False(counts.Summary.IsEqual);
        Assert.Equal([("2", "gone", "run-2"), ("3", "filtered", "run-2")], await ClosedAsync());
        Assert.True(after.Summary.IsEqual);
        Assert.True(digest.Summary.IsEqual);
        Assert.Equal(
            1, await Target.ScalarAsync<long>("SELECT filtered_correction FROM migration.entity_state WHERE entity = 'item'"));
    }

    [Fact]
    public async Task A_replay_writes_what_was_mended_and_keeps_what_was_not_with_the_reason_of_now()
    {
        await MigrateAsync();
        _items.Rows.Set("1", "2", "name", "mended");
        _items.Rows.Set("1", "3", "name", null);

        await ReplayAsync("run-2");
        await ReplayAsync("run-3");

        Assert.Equal([("2", "written", "run-2")], await ClosedAsync());
        Assert.Equal(
            [("3", "notNull", "name"), ("6", "duplicateKey", "legacy_id")],
            await Target.QueryAsync<(string, string, string)>(
                "SELECT legacy_key, rule, column_name FROM migration.rejected_row WHERE closed_as IS NULL ORDER BY legacy_key"));
        Assert.Equal("mended", await Target.ScalarAsync<string>("SELECT name FROM school.item WHERE legacy_id = 2"));
        Assert.Equal(1, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.written_row WHERE run_id = 'run-2'"));
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Counts)).Summary.IsEqual);
    }

    [Fact]
    public async Task A_key_that_the_source_has_twice_stays_rejected_until_it_has_it_once()
    {
        await MigrateAsync();
        await ReplayAsync("run-2");
        var twice = await ClosedAsync();
        _items.Rows.Delete("1", "6");
        _items.Add(6L, ("name", "six"), ("amount", 6m));

        await ReplayAsync("run-3");

        Assert.Empty(twice);
        Assert.Equal([("6", "gone", "run-3")], await ClosedAsync());
    }

    [Fact]
    public async Task A_repair_writes_what_was_mended_and_closes_its_rejection()
    {
        await MigrateAsync();
        _items.Rows.Set("1", "2", "name", "mended");
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var repair = await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "repair-1");

        Assert.Equal(new RepairedSlice("1", "item", 1, 0, 0, 0), Assert.Single(repair.Slices));
        Assert.Equal([("2", "written", "repair-1")], await ClosedAsync());
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
    }

    [Fact]
    public async Task A_repair_tries_rejections_of_slices_that_do_not_differ()
    {
        await MigrateAsync();
        _items.Rows.Delete("1", "2");
        var equal = await Comparison.RunAsync(ReconciliationDepth.Digest);

        await Comparison.RepairAsync(equal.Summary.ReconciliationId, new RepairRequest(), "repair-1");

        Assert.True(equal.Summary.IsEqual);
        Assert.Equal([("2", "gone", "repair-1")], await ClosedAsync());
    }

    [Fact]
    public async Task A_batch_does_not_double_a_rejection_that_is_open()
    {
        await MigrateAsync();
        await Target.ExecuteAsync(
            """
            SET session_replication_role = replica;
            UPDATE migration.batch_state SET state = 'planned';
            RESET session_replication_role;
            DELETE FROM school.item
            """);

        await _migration.CopyAsync(Assert.Single(await _migration.PlanAsync("item", "1")));

        Assert.Equal(
            [("2", "nulCharacter"), ("3", "check"), ("6", "duplicateKey"), ("6", "duplicateKey")],
            await Target.QueryAsync<(string, string)>(
                "SELECT legacy_key, rule FROM migration.rejected_row ORDER BY legacy_key, rule"));
    }

    async Task<List<(string, string, string)>> ClosedAsync() => await Target.QueryAsync<(string, string, string)>(
        "SELECT legacy_key, closed_as, closed_run_id FROM migration.rejected_row WHERE closed_as IS NOT NULL ORDER BY legacy_key");

    async Task ReplayAsync(string runId) => await _migration.ReplayAsync("item", runId);

    static (long Source, long Target, long Rejected) Account(Reconciliation result)
    {
        var slice = Assert.Single(result.Slices);
        return (slice.Source.Rows, slice.Target.Rows, slice.Rejected);
    }

    // 2 has a NUL, 3 violates a check, 6 is there twice: the others are written.
    async Task MigrateAsync()
    {
        _items = new Items(
            [Legacy.Of("name", SqlDbType.NVarChar, 40), Legacy.Number("amount", 9, 2)],
            filters: [new FilterRule { Name = "hidden", Column = "name", StartsWith = "hidden" }]);
        await _items.CreateAsync(
            Target, "name varchar(40) NOT NULL, amount numeric(9, 2) CONSTRAINT amount_positive CHECK (amount > 0)");
        _items.Add(1L, ("name", "one"), ("amount", 1m));
        _items.Add(2L, ("name", "t\0wo"), ("amount", 2m));
        _items.Add(3L, ("name", "three"), ("amount", -3m));
        _items.Add(4L, ("name", "four"), ("amount", 4m));
        _items.Add(6L, ("name", "six"), ("amount", 6m));
        _items.Add(6L, ("name", "six again"), ("amount", 6m));
        _migration = _items.In(Target);
        await _migration.MoveAsync("item", "1");
    }
}
