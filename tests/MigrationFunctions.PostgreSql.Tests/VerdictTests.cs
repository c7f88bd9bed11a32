using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>A verdict is never better than what was looked at.</summary>
public sealed class VerdictTests(TargetServer server) : TargetTest(server)
{
    Items _items = null!;
    Migration _migration = null!;

    Comparison Comparison => new(Target, _items.Source, _migration, "1", "2");

    [Fact]
    public async Task Where_all_was_looked_at_and_nothing_differs_it_is_equal()
    {
        await MigrateAsync();

        var verdict = await EndAsync(Check(CheckNames.RepeatedId, 0));

        Assert.Equal(ReconciliationVerdict.Equal, verdict.Verdict);
        Assert.Empty(verdict.Unknown);
    }

    [Theory]
    [InlineData(ReconciliationCheck.NotMade, CheckNames.TargetOrphans, ReconciliationVerdict.Unknown)]
    [InlineData(1, CheckNames.AbsentDefinition, ReconciliationVerdict.Unknown)]
    [InlineData(1, CheckNames.RepeatedId, ReconciliationVerdict.NotEqual)]
    public async Task A_check_speaks_and_one_that_could_not_be_made_leaves_the_whole_unknown(
        long found, string check, ReconciliationVerdict expected)
    {
        await MigrateAsync();

        var verdict = await EndAsync(Check(check, found));

        Assert.Equal(expected, verdict.Verdict);
        Assert.Equal(expected == ReconciliationVerdict.Unknown, verdict.Unknown.Any(u => u.Contains(check, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_slice_that_was_not_compared_leaves_the_whole_unknown()
    {
        await MigrateAsync();
        _items.Source.LostRows = 1;

        var result = await Comparison.RunAsync(ReconciliationDepth.Digest);

        Assert.Equal(
            (ReconciliationVerdict.Unknown, null, "failed"),
            (result.Summary.Verdict, result.Summary.IsEqual, result.Summary.State));
        Assert.Equal(2, result.Summary.Unknown.Count);
        Assert.All(result.Summary.Unknown, u => Assert.Contains(ErrorCodes.SourceShortRead, u, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_difference_outweighs_what_could_not_be_looked_at_which_is_told_all_the_same()
    {
        await MigrateAsync();
        await Target.ExecuteAsync("UPDATE school.item SET name = 'other' WHERE legacy_id = 3");

        var verdict = await EndAsync(
            Check(CheckNames.TargetOrphans, ReconciliationCheck.NotMade), Check(CheckNames.RepeatedId, 2));

        Assert.Equal(ReconciliationVerdict.NotEqual, verdict.Verdict);
        Assert.Contains(verdict.Unknown, u => u.Contains(CheckNames.TargetOrphans, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_no_slice_at_all_nothing_is_known()
    {
        await MigrateAsync();
        var context = await new Comparison(Target, _items.Source, _migration).StartAsync(ReconciliationDepth.Counts, "item", 1, 1);

        var verdict = await Target.Target.Reconciliations.FinishAsync(context.Id, null, DateTimeOffset.UtcNow, Cancel);

        Assert.Equal(ReconciliationVerdict.Unknown, verdict.Verdict);
        Assert.Contains("Nothing was compared", Assert.Single(verdict.Unknown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slice_that_was_never_counted_is_not_equal_in_number()
    {
        await MigrateAsync();
        var context = await Comparison.StartAsync(ReconciliationDepth.Counts, "item", 1, 1);
        await Target.ExecuteAsync(
            "UPDATE migration.reconciliation_item SET is_counted = false, source_rows = 0, target_rows = 0 WHERE tenant_key = '2'");

        var verdict = await Target.Target.Reconciliations.FinishAsync(
            context.Id, "MIG3004 The source went away.", DateTimeOffset.UtcNow, Cancel);

        Assert.Equal(ReconciliationVerdict.Unknown, verdict.Verdict);
        Assert.Equal(2, verdict.Unknown.Count);
    }

    [Fact]
    public async Task Rows_that_no_unit_holds_are_found_though_both_sides_seem_equal()
    {
        await MigrateAsync();
        _items.Source.SkippedRows = 2;

        var result = await Comparison.RunAsync(ReconciliationDepth.Digest);

        Assert.Empty(result.Differences);
        Assert.Equal(ReconciliationVerdict.Unknown, result.Summary.Verdict);
        Assert.Contains(result.Summary.Unknown, u => u.Contains(ErrorCodes.UnitsNotCovered, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_came_behind_the_last_unit_are_compared_too()
    {
        await MigrateAsync();
        var live = new Comparison(Target, _items.Source, _migration, "1")
        {
            RowsOfUnit = 7,
            Before = step =>
            {
                if (step == "read source 1")
                {
                    _items.Rows.Delete("1", "3");
                    _items.AddOf(1, 5_000L, ("name", "late"));
                }
                return Task.CompletedTask;
            },
        };

        var result = await live.RunAsync(ReconciliationDepth.Digest);

        Assert.Equal(
            [("3", DifferenceKind.Extra), ("5000", DifferenceKind.Missing)],
            result.Differences.Select(d => (d.LegacyKey, d.Kind)).OrderBy(d => d.LegacyKey, StringComparer.Ordinal));
        Assert.Equal(ReconciliationVerdict.NotEqual, result.Summary.Verdict);
    }

    static ReconciliationCheck Check(string name, long found) => new(name, "item", null, found, "Found so many.");

    async Task<ReconciliationOutcome> EndAsync(params ReconciliationCheck[] checks)
    {
        var target = Target.Target;
        var context = await Comparison.StartAsync(ReconciliationDepth.Counts, "item", 1, 1);
        await target.Reconciliations.SetChecksAsync(context.Id, "item", checks, Cancel);
        return await target.Reconciliations.FinishAsync(context.Id, null, DateTimeOffset.UtcNow, Cancel);
    }

    async Task MigrateAsync()
    {
        _items = new Items([Legacy.Of("name", SqlDbType.NVarChar, 40)]);
        await _items.CreateAsync(Target, "name varchar(40) NOT NULL");
        for (var i = 1L; i <= 20; i++)
            _items.AddOf(1, i, ("name", $"item {i}"));
        for (var i = 1L; i <= 3; i++)
            _items.AddOf(2, i, ("name", $"item {i}"));
        _migration = _items.In(Target);
        await _migration.MoveAsync("item", "1");
        await _migration.MoveAsync("item", "2");
    }
}
