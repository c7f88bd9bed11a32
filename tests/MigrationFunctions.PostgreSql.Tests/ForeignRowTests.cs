using System.Data;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Rows that this manifest's ledger did not write are neither written over nor deleted, unless it is said so.</summary>
public sealed class ForeignRowTests(TargetServer server) : TargetTest(server)
{
    Items _items = null!;
    Migration _migration = null!;

    Comparison Comparison => new(Target, _items.Source, _migration, "1");

    [Fact]
    public async Task Two_manifests_over_one_table_never_write_over_each_others_rows()
    {
        await CreateAsync(5);
        await _migration.MoveAsync("item", "1");
        var before = await Target.DumpAsync("school.item");
        var others = Other("others", 7);

        var result = await others.In(Target).MoveAsync("item", "1");

        Assert.Equal((2, 5), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(
            5, await Target.ScalarAsync<long>(
                "SELECT count(*) FROM migration.rejected_row WHERE manifest = 'others' AND rule = 'foreignRow' AND column_name = 'id'"));
        Assert.Equal(before, await Target.DumpAsync("(SELECT * FROM school.item WHERE legacy_id <= 5)"));
    }

    [Fact]
    public async Task Who_else_wrote_into_a_table_is_known()
    {
        await CreateAsync(2);
        await Target.Database.PrepareAsync(_items.Manifest, Cancel);
        var others = Other("others", 4);
        await Target.Database.PrepareAsync(others.Manifest, Cancel);

        var before = await FindOthersAsync("full", "others");
        await _migration.MoveAsync("item", "1");
        var after = await FindOthersAsync("full", "others");

        Assert.Empty(before);
        Assert.Equal([new OtherManifest("school.item", "items")], after);
        Assert.Equal(after, await FindOthersAsync("dryRun/1", "others"));
        Assert.Empty(await FindOthersAsync("rehearsal/1", "others"));
        Assert.Empty(await FindOthersAsync("full", "items"));
    }

    [Fact]
    public async Task A_dry_run_over_what_was_moved_for_real_rejects_nothing_and_leaves_nothing()
    {
        await CreateAsync(5);
        await _migration.MoveAsync("item", "1");
        var before = await Target.DumpAsync("school.item");

        var dry = await _items.In(Target, WritePath.Staged, RunMode.DryRun).MoveAsync("item", "1");

        Assert.Equal((5, 0), (dry.RowsWritten, dry.RowsRejected));
        Assert.Equal(before, await Target.DumpAsync("school.item"));
    }

    [Fact]
    public async Task A_batch_may_write_over_what_a_repair_wrote_before_it_was_planned()
    {
        await CreateAsync(5);
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);
        await Comparison.RepairAsync(found.Summary.ReconciliationId, new RepairRequest(), "early");
        _items.Rows.Set("1", "3", "name", "changed");

        var result = await _migration.MoveAsync("item", "1");

        Assert.Equal((5, 0, WritePath.Staged), (result.RowsWritten, result.RowsRejected, result.Path));
        Assert.True((await Comparison.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
    }

    [Fact]
    public async Task A_repair_leaves_a_different_row_that_another_manifest_wrote()
    {
        await CreateAsync(5);
        await _migration.MoveAsync("item", "1");
        var others = Other("others", 6);
        var second = others.In(Target);
        await second.MoveAsync("item", "1");
        others.Rows.Set("1", "2", "name", "of others");
        var comparison = new Comparison(Target, others.Source, second, "1");
        var found = await comparison.RunAsync(ReconciliationDepth.Digest);

        var repair = await comparison.RepairAsync(
            found.Summary.ReconciliationId, new RepairRequest { DeleteExtra = true }, "repair-1");

        Assert.Equal(("2", DifferenceKind.Different), (found.Differences[0].LegacyKey, found.Differences[0].Kind));
        Assert.Equal(new RepairedSlice("1", "item", 0, 0, 0, 1), Assert.Single(repair.Slices));
        Assert.Equal("item 2", await Target.ScalarAsync<string>("SELECT name FROM school.item WHERE legacy_id = 2"));
    }

    [Fact]
    public async Task Rows_of_the_new_application_survive_deletes_unless_it_is_said_that_they_go()
    {
        await CreateAsync(5);
        await _migration.MoveAsync("item", "1");
        await Target.ExecuteAsync(
            $"""
            INSERT INTO school.item (tenant_id, id, legacy_id, name) VALUES ('{_migration.Tenant("1").Id}', gen_random_uuid(), 900, 'new')
            """);
        _items.Rows.Delete("1", "4");
        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);

        var own = await Comparison.RepairAsync(
            found.Summary.ReconciliationId, new RepairRequest { DeleteExtra = true }, "own");
        var left = await Target.QueryAsync<long>("SELECT legacy_id FROM school.item ORDER BY 1");
        var all = await Comparison.RepairAsync(
            found.Summary.ReconciliationId, new RepairRequest { DeleteForeign = true }, "all");

        Assert.Equal(new RepairedSlice("1", "item", 0, 1, 0, 1), Assert.Single(own.Slices));
        Assert.Equal([1, 2, 3, 5, 900], left);
        Assert.Equal(new RepairedSlice("1", "item", 0, 1, 0, 0), Assert.Single(all.Slices));
        Assert.Equal(4, await Target.ScalarAsync<long>("SELECT count(*) FROM school.item"));
    }

    [Fact]
    public async Task A_row_of_the_new_application_without_a_legacy_key_is_told_and_left()
    {
        await CreateAsync(3);
        await _migration.MoveAsync("item", "1");
        await Target.ExecuteAsync(
            $"""
            ALTER TABLE school.item ALTER legacy_id DROP NOT NULL;
            INSERT INTO school.item (tenant_id, id, name) VALUES ('{_migration.Tenant("1").Id}', gen_random_uuid(), 'new')
            """);

        var found = await Comparison.RunAsync(ReconciliationDepth.Digest);
        var repair = await Comparison.RepairAsync(
            found.Summary.ReconciliationId, new RepairRequest { DeleteExtra = true }, "repair-1");

        Assert.Equal(("", DifferenceKind.Extra), (found.Differences[0].LegacyKey, found.Differences[0].Kind));
        Assert.Equal(new RepairedSlice("1", "item", 0, 0, 0, 1), Assert.Single(repair.Slices));
    }

    public static TheoryData<SqlDbType, string, object, string> KeysOfNoSource => new()
    {
        { SqlDbType.BigInt, "text", 1L, "'of the new application'" },
        { SqlDbType.UniqueIdentifier, "text", Guid.Empty, "''" },
        { SqlDbType.Date, "date", new DateTime(2026, 1, 1), "'infinity'" },
        { SqlDbType.Date, "date", new DateTime(2026, 1, 1), "'-infinity'" },
        { SqlDbType.Date, "date", new DateTime(2026, 1, 1), "'20000-01-01'" },
        { SqlDbType.DateTime2, "timestamp", new DateTime(2026, 1, 1), "'infinity'" },
        { SqlDbType.DateTime2, "timestamp", new DateTime(2026, 1, 1), "'4713-01-01 BC'" },
    };

    [Theory]
    [MemberData(nameof(KeysOfNoSource))]
    public async Task A_row_whose_legacy_key_no_source_can_have_is_one_too_many(SqlDbType type, string column, object key, string found)
    {
        _items = new Items([Legacy.Of("name", SqlDbType.NVarChar, 40)], Legacy.Key("ItemID", type));
        _items.Add(key, ("name", "item"));
        await _items.CreateAsync(Target, "name varchar(40) NOT NULL", column);
        _migration = _items.In(Target);
        await _migration.MoveAsync("item", "1");
        await Target.ExecuteAsync(
            $"""
            INSERT INTO school.item (tenant_id, id, legacy_id, name)
            VALUES ('{_migration.Tenant("1").Id}', gen_random_uuid(), {found}, 'new')
            """);

        foreach (var depth in new[] { ReconciliationDepth.Digest, ReconciliationDepth.Sample })
        {
            var result = await Comparison.RunAsync(depth);

            Assert.Null(result.Summary.Failure);
            Assert.Equal(DifferenceKind.Extra, Assert.Single(result.Differences).Kind);
        }
    }

    Task<IReadOnlyList<OtherManifest>> FindOthersAsync(string ledger, string manifest) =>
        Target.Tables.FindOtherManifestsAsync(ledger, manifest, ["school.item"], Cancel);

    async Task CreateAsync(int rows)
    {
        _items = Other("items", rows);
        await _items.CreateAsync(Target, "name varchar(40) NOT NULL");
        _migration = _items.In(Target);
    }

    static Items Other(string manifest, int rows)
    {
        var items = new Items([Legacy.Of("name", SqlDbType.NVarChar, 40)]) { Name = manifest };
        for (var i = 1L; i <= rows; i++)
            items.Add(i, ("name", $"item {i}"));
        return items;
    }
}
