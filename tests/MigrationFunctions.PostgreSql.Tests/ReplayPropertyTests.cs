using System.Data;
using CsCheck;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Whatever happens to rejected rows in the source and to the target's constraints, after a replay each rejection is
/// open exactly if its row cannot be written, and the target holds all rows that can.</summary>
public sealed class ReplayPropertyTests(TargetServer server, ITestOutputHelper output) : TargetTest(server)
{
    const int Rows = 9;
    const int Iterations = 12;

    /// <summary>A rejected row as its district has it now.</summary>
    sealed record Row(string? Name, decimal Amount);

    [Fact]
    public async Task A_rejection_is_open_exactly_if_its_row_cannot_be_written()
    {
        var change = Gen.Select(Gen.Int[0, 6], Gen.Int[0, Rows - 1]);
        await change.List[1, 5].List[1, 4].SampleAsync(
            RunAsync, writeLine: output.WriteLine, iter: Iterations, threads: 1);
    }

    async Task RunAsync(List<List<(int Kind, int Row)>> rounds)
    {
        var items = new Items(
            [Legacy.Of("name", SqlDbType.NVarChar, 40), Legacy.Number("amount", 9, 2)],
            filters: [new FilterRule { Name = "hidden", Column = "name", StartsWith = "hidden" }]);
        await Target.ExecuteAsync(
            "DROP TABLE IF EXISTS school.item; DELETE FROM migration.rejected_row; DELETE FROM migration.written_row; "
            + "DELETE FROM migration.batch_state; DELETE FROM migration.entity_state");
        await items.CreateAsync(
            Target, "name varchar(40) NOT NULL, amount numeric(9, 2) CONSTRAINT positive CHECK (amount > 0)");
        var open = new Dictionary<string, Row>(StringComparer.Ordinal);
        for (var i = 0; i < Rows; i++)
            Add(items, open, i);
        var migration = items.In(Target);
        await migration.MoveAsync("item", "1");
        var (isChecked, written) = (true, Rows - open.Count);
        for (var round = 0; round < rounds.Count; round++)
        {
            foreach (var (kind, row) in rounds[round])
                if (kind == 0)
                    await SetConstraintAsync(isChecked = !isChecked);
                else
                    Change(items, open, kind, $"{row}");
            await migration.ReplayAsync("item", $"run-{round}");
            written += open.RemoveAll(row => IsWritable(row, isChecked));
            open.RemoveAll(row => row.Name is null || row.Name.StartsWith("hidden", StringComparison.Ordinal));
            await AssertAsync(open.Keys, written);
        }
        if (!isChecked)
            return;
        var result = await new Comparison(Target, items.Source, migration, "1").RunAsync(ReconciliationDepth.Digest);
        Assert.Equal(ReconciliationVerdict.Equal, result.Summary.Verdict);
    }

    // Every third row has a NUL, every third violates the check, the others are written at once.
    static void Add(Items items, Dictionary<string, Row> open, int i)
    {
        var row = new Row(i % 3 == 0 ? "n\0l" : $"item {i}", i % 3 == 1 ? -1m : 1m);
        items.Add((long)i, ("name", row.Name), ("amount", row.Amount));
        if (i % 3 < 2)
            open[$"{i}"] = row;
    }

    static void Change(Items items, Dictionary<string, Row> open, int kind, string key)
    {
        if (!open.TryGetValue(key, out var row) || row.Name is null)
            return;
        row = kind switch
        {
            1 => row with { Name = "mended" },
            2 => row with { Name = "n\0l" },
            3 => row with { Name = "hidden" },
            4 => row with { Amount = 2m },
            5 => row with { Amount = -2m },
            _ => row with { Name = null },
        };
        open[key] = row;
        if (row.Name is null)
            items.Rows.Delete("1", key);
        items.Rows.Set("1", key, "name", row.Name);
        items.Rows.Set("1", key, "amount", row.Amount);
    }

    Task SetConstraintAsync(bool isChecked) => Target.ExecuteAsync(
        isChecked
            ? "ALTER TABLE school.item ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID"
            : "ALTER TABLE school.item DROP CONSTRAINT positive");

    static bool IsWritable(Row row, bool isChecked) =>
        row.Name is { } name && !name.Contains('\0') && !name.StartsWith("hidden", StringComparison.Ordinal)
        && (!isChecked || row.Amount > 0);

    async Task AssertAsync(IEnumerable<string> open, int written)
    {
        Assert.Equal(
            open.Order(StringComparer.Ordinal),
            await Target.QueryAsync<string>(
                """SELECT legacy_key FROM migration.rejected_row WHERE closed_as IS NULL ORDER BY legacy_key COLLATE "C" """));
        Assert.Equal(written, await Target.ScalarAsync<long>("SELECT count(*) FROM school.item"));
    }
}

static class OpenRows
{
    /// <summary>Takes out those that are so, and tells how many they were.</summary>
    public static int RemoveAll<T>(this Dictionary<string, T> rows, Func<T, bool> isSo)
    {
        var gone = rows.Where(r => isSo(r.Value)).Select(r => r.Key).ToList();
        gone.ForEach(key => rows.Remove(key));
        return gone.Count;
    }
}
