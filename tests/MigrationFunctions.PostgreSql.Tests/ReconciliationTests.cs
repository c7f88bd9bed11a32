using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Reconciling;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Source and target compared on real PostgreSQL: what counts, what does not, and what comes of a repetition.</summary>
public sealed class ReconciliationTests(TargetServer server) : TargetTest(server)
{
    const int Rows = 500;
    Items _items = null!;
    Migration _migration = null!;

    Comparison Comparison => new(Target, _items.Source, _migration, "1", "2");

    [Theory]
    [InlineData(ReconciliationDepth.Counts)]
    [InlineData(ReconciliationDepth.Sample)]
    [InlineData(ReconciliationDepth.Digest)]
    public async Task What_was_migrated_is_equal(ReconciliationDepth depth)
    {
        await MigrateAsync();

        var result = await Comparison.RunAsync(depth);

        Assert.True(result.Summary.IsEqual);
        Assert.Equal("completed", result.Summary.State);
        var slice = result.Slices.Single(s => s.Tenant == "1");
        Assert.Equal((Rows, 1, 1, Rows - 2), (slice.Source.Rows, slice.Rejected, slice.Filtered, slice.Target.Rows));
    }

    [Fact]
    public async Task A_unit_that_was_never_planned_is_told()
    {
        await MigrateAsync();
        var context = await Comparison.StartAsync(ReconciliationDepth.Digest, "item", 1, 1);
        var item = (await Target.Target.Reconciliations.GetItemsAsync(context.Id, 0, 1, Cancel))[0];

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Target.ReconciliationWork.GetUnitAsync(context.Id, item, Side.Source, 99, Cancel));

        Assert.Equal(ErrorCodes.ReconciliationUnitUnknown, failure.Code);
    }

    [Fact]
    public async Task The_digest_of_both_sides_is_that_of_the_ledger()
    {
        await MigrateAsync();

        var slice = (await Comparison.RunAsync(ReconciliationDepth.Digest)).Slices.Single(s => s.Tenant == "1");

        var ledger = await Target.ScalarAsync<string>(
            $"SELECT digest FROM migration.batch_state WHERE tenant_id = '{slice.TenantId}'");
        Assert.Equal((ledger, ledger), (slice.SourceDigest, slice.TargetDigest));
        Assert.Equal(Rows - 2, slice.Compared);
        Assert.Equal(1, slice.Adjusted!["name:trimmed"]);
    }

    [Fact]
    public async Task Steps_that_are_done_twice_and_many_units_change_nothing()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE school.item SET amount = amount + 1 WHERE legacy_id IN (3, 300)");
        var once = await Comparison.RunAsync(ReconciliationDepth.Digest);
        var twice = await new Comparison(Target, _items.Source, _migration, "1", "2") { Times = 2, RowsOfUnit = 37 }
            .RunAsync(ReconciliationDepth.Digest);

        Assert.Equal(once.Slices, twice.Slices, (a, b) => a with { Adjusted = null } == b with { Adjusted = null });
        Assert.Equal(["3", "300"], twice.Differences.Select(d => d.LegacyKey).Order());
    }

    [Fact]
    public async Task Rows_that_differ_only_while_they_are_read_do_not_count()
    {
        await MigrateAsync();
        var live = new Comparison(Target, _items.Source, _migration, "1", "2")
        {
            Before = step => step switch
            {
                "read target 1" => Target.ExecuteAsync("UPDATE school.item SET amount = amount + 1 WHERE legacy_id < 50"),
                "finish" => Target.ExecuteAsync("UPDATE school.item SET amount = amount - 1 WHERE legacy_id < 50"),
                _ => Task.CompletedTask,
            },
        };

        var result = await live.RunAsync(ReconciliationDepth.Digest);

        Assert.True(result.Summary.IsEqual);
        Assert.Empty(result.Differences);
        Assert.NotEqual(result.Slices[0].SourceDigest, result.Slices[0].TargetDigest);
    }

    [Fact]
    public async Task More_differences_than_are_looked_at_are_told_and_never_called_equal()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE school.item SET name = name || '!'");

        var result = await new Comparison(Target, _items.Source, _migration, "1", "2") { MostCandidates = 40 }
            .RunAsync(ReconciliationDepth.Digest);

        var slice = result.Slices.Single(s => s.Tenant == "1");
        Assert.False(result.Summary.IsEqual);
        Assert.InRange(slice.Different, 40, Rows - 2);
        Assert.True(slice.Unresolved > 0);
    }

    [Fact]
    public async Task A_row_that_the_target_cannot_hold_is_a_difference_unless_the_ledger_has_it_as_rejected()
    {
        await MigrateAsync();
        _items.AddOf(1, 9_000L, ("name", "none"), ("amount", null));

        var result = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var difference = Assert.Single(result.Differences);
        Assert.Equal(("9000", DifferenceKind.NotRejected), (difference.LegacyKey, difference.Kind));
    }

    [Fact]
    public async Task A_rejected_row_that_is_in_the_target_as_the_source_has_it_is_equal()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE migration.rejected_row SET legacy_key = '17'");

        var result = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var difference = Assert.Single(result.Differences);
        Assert.Equal(("200", DifferenceKind.NotRejected), (difference.LegacyKey, difference.Kind));
    }

    [Fact]
    public async Task Differences_are_told_without_a_value()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE school.item SET name = 'Secretname' WHERE legacy_id = 5");

        await Comparison.RunAsync(ReconciliationDepth.Digest);

        var stored = await Target.ScalarAsync<string>(
            "SELECT string_agg(d::text, ' ') FROM migration.reconciliation_difference AS d");
        Assert.DoesNotContain("Secretname", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("item 5", stored, StringComparison.Ordinal);
        Assert.Contains("characters instead of", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_is_drawn_by_its_seed_from_both_sides()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE school.item SET amount = amount + 1 WHERE legacy_id % 2 = 0");

        var one = await Comparison.RunAsync(ReconciliationDepth.Sample, sample: 20, seed: 5);
        var again = await Comparison.RunAsync(ReconciliationDepth.Sample, sample: 20, seed: 5);

        Assert.False(one.Summary.IsEqual);
        Assert.InRange(one.Slices.Single(s => s.Tenant == "1").Compared, 20, 42);
        Assert.Equal(one.Differences.Select(d => d.LegacyKey), again.Differences.Select(d => d.LegacyKey));
    }

    [Fact]
    public async Task A_writer_that_is_held_to_one_tenant_can_compare_too()
    {
        await MigrateAsync();
        await using var connections = Target.Connect(hasDirect: false);
        var rows = new TargetRows(connections);
        var run = _migration.Run;
        var tenant = _migration.Tenant("1");

        var counts = await rows.CountByTenantAsync(run, run.Manifest.Entities[0], [tenant.Id], Cancel);

        Assert.Equal(Rows - 2, Assert.Single(counts).Value.Rows);
    }

    [Fact]
    public async Task Missing_and_different_rows_are_repaired_and_nothing_is_deleted_without_being_told()
    {
        await MigrateAsync();
        await Target.ExecuteAsync(
            """
            DELETE FROM school.item WHERE legacy_id = 3;
            UPDATE school.item SET amount = amount + 1 WHERE legacy_id = 4;
            UPDATE school.item SET id = gen_random_uuid(), legacy_id = 70000 WHERE legacy_id = 5;
            """);
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var dry = await Comparison.RepairAsync(
            found.Summary.ReconciliationId, new RepairRequest { DryRun = true, DeleteForeign = true }, "dry");
        var stillWrong = await Comparison.RunAsync(ReconciliationDepth.Digest);
        var careful = await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "careful");
        var left = await Comparison.RunAsync(ReconciliationDepth.Digest);
        var thorough = await Comparison.RepairAsync(
            left.Summary.ReconciliationId, new RepairRequest { DeleteForeign = true }, "thorough");

        Assert.Equal(new RepairedSlice("1", "item", 3, 1, 0, 0), Assert.Single(dry.Slices));
        Assert.Equal(found.Differences.Count, stillWrong.Differences.Count);
        Assert.Equal(new RepairedSlice("1", "item", 3, 0, 0, 1), Assert.Single(careful.Slices));
        Assert.Equal(DifferenceKind.Extra, Assert.Single(left.Differences).Kind);
        Assert.Equal(new RepairedSlice("1", "item", 0, 1, 0, 0), Assert.Single(thorough.Slices));
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
    }

    [Fact]
    public async Task Rows_whose_legacy_keys_were_swapped_are_repaired_although_each_keeps_the_other_out()
    {
        await MigrateAsync();
        await Target.ExecuteAsync(
            """
            ALTER TABLE school.item ADD UNIQUE (tenant_id, legacy_id) DEFERRABLE;
            BEGIN; SET CONSTRAINTS ALL DEFERRED;
            UPDATE school.item SET legacy_id = 17 - legacy_id WHERE legacy_id IN (8, 9); COMMIT
            """);
        await Target.ExecuteAsync(
            "ALTER TABLE school.item DROP CONSTRAINT item_tenant_id_legacy_id_key; "
            + "ALTER TABLE school.item ADD UNIQUE (tenant_id, legacy_id)");
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var repair = await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "swap");

        Assert.Equal(new RepairedSlice("1", "item", 2, 0, 0, 0), Assert.Single(repair.Slices));
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
    }

    [Fact]
    public async Task A_repair_rejects_what_the_target_cannot_hold_and_does_nothing_twice()
    {
        await MigrateAsync();
        _items.AddOf(1, 9_000L, ("name", "none"), ("amount", null));
        _items.AddOf(1, 9_001L, ("name", "new"), ("amount", 1m));
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);

        await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "one");
        var again = await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "two");
        var after = await Comparison.RunAsync(ReconciliationDepth.Digest);

        Assert.Equal(new RepairedSlice("1", "item", 0, 0, 0, 0), Assert.Single(again.Slices));
        Assert.True(after.Summary.IsEqual);
        Assert.Equal(2, after.Slices.Single(s => s.Tenant == "1").Rejected);
    }

    async Task MigrateAsync()
    {
        _items = new Items(
            [Legacy.Of("name", SqlDbType.NVarChar, 40), Legacy.Number("amount", 9, 2)],
            mapped:
            [
                new ColumnManifest { Source = "name", Target = "name", Trim = TrimPolicy.End },
                new ColumnManifest { Source = "amount", Target = "amount" },
            ],
            filters: [new FilterRule { Name = "hidden", Column = "name", StartsWith = "hidden" }]);
        await _items.CreateAsync(Target, "name varchar(40) NOT NULL, amount numeric(9, 2) NOT NULL");
        for (var i = 1L; i <= Rows; i++)
            _items.AddOf(
                1, i, ("name", i == 2 ? "padded  " : i == 100 ? "hidden" : $"item {i}"), ("amount", i == 200 ? null : i / 4m));
        _items.AddOf(2, 1L, ("name", "other"), ("amount", 1m));
        _migration = _items.In(Target);
        await _migration.MoveAsync("item", "1");
        await _migration.MoveAsync("item", "2");
    }
}
