using System.Globalization;
using System.Text;
using CsCheck;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Tests.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>The checker is checked: on a migrated table one thing at a time is changed by its smallest step, or read wrongly, and the
/// digest must find it and name it, all of them. What counts and a sample find, and what they miss, is printed.</summary>
public sealed class MutationTests(TargetServer server, ITestOutputHelper output) : TargetTest(server)
{
    const int ValuesOfPair = 6;
    const string Seed = "0N0XIzNsQ0O2";
    static readonly ReconciliationDepth[] Depths = Enum.GetValues<ReconciliationDepth>();

    readonly Dictionary<string, int[]> _found = [];
    readonly Dictionary<string, int> _tried = [];
    Items _items = null!;
    Comparison _comparison = null!;
    Comparison _both = null!;

    [Fact]
    public async Task The_digest_finds_every_change_of_every_type_and_names_its_row_and_column()
    {
        await MigrateAsync();
        var pairs = TypePairs.All;
        var types = new HashSet<string>();
        for (var i = 0; i < pairs.Count; i++)
        {
            var type = pairs[i].Target;
            var isNew = types.Add(type);
            foreach (var (what, change) in Mutations.Of(type, $"c{i}"))
            {
                // NULL is NULL wherever the column's values come from.
                if (!isNew && what is (Mutations.FromNull or Mutations.ToNull))
                    continue;
                var key = await ChangeAsync(
                    $"SET c{i} = {change} WHERE legacy_id = (SELECT min(legacy_id) FROM school.item WHERE "
                    + $"{Mutations.Applies(what, change, $"c{i}")} AND legacy_id / {ValuesOfPair} "
                    + $"{(what == Mutations.FromNull ? "<>" : "=")} {i})");
                if (key is null)
                    continue;
                var difference = Assert.Single(await TryAsync(what));
                await Target.ExecuteAsync(
                    $"DELETE FROM school.item WHERE legacy_id = {key}; "
                    + $"INSERT INTO school.item SELECT * FROM school.item_before WHERE legacy_id = {key}");
                Assert.Equal(
                    ("1", "item", key, DifferenceKind.Different, $"c{i}"),
                    (difference.Tenant, difference.Entity, difference.LegacyKey, difference.Kind,
                        Assert.Single(difference.Columns).Column));
            }
        }
        Assert.Empty(pairs.SelectMany(p => Mutations.Of(p.Target, "c")).Select(m => m.What).Except(_tried.Keys));
        _comparison = _both;
        await LedgerAndReadingAsync();
        await Target.ExecuteAsync("ALTER TABLE school.item DROP CONSTRAINT item_pkey");
        await StructureAsync();
        output.WriteLine(Matrix());
        Assert.All(_tried, tried => Assert.Equal(tried.Value, _found[tried.Key][(int)ReconciliationDepth.Digest]));
        RepositoryFile.AssertPart("docs/reconciliation.md", "matrix", Matrix());
    }

    // What the ledger says wrongly of a row, and what the source's reader does.
    async Task LedgerAndReadingAsync()
    {
        await Target.ExecuteAsync(
            $"""
            DELETE FROM school.item WHERE legacy_id = 7;
            INSERT INTO migration.rejected_row
              (ledger, manifest, tenant_id, entity, batch_no, legacy_key, column_name, rule, reason, run_id, tried_run_id)
            VALUES ('full', 'items', '{_comparison.TenantId("1")}', 'item', 1, '7', '', 'check', 'It was refused.', 'run', 'run')
            """);
        var missing = Assert.Single(await TryAsync("a rejected row that could be written"));
        Assert.Equal(("7", DifferenceKind.Missing), (missing.LegacyKey, missing.Kind));
        await Target.ExecuteAsync(
            "INSERT INTO school.item SELECT * FROM school.item_before WHERE legacy_id = 7; "
            + "DELETE FROM migration.rejected_row WHERE run_id = 'run'");
        _items.Source.ReadsTwice = true;
        Assert.Empty(await TryAsync("a row read twice"));
        _items.Source.ReadsTwice = false;
        _items.Source.SkippedRows = 1;
        Assert.Empty(await TryAsync("a row read by nobody"));
        _items.Source.SkippedRows = 0;
    }

    async Task StructureAsync()
    {
        (string What, string Sql, DifferenceKind[] Kinds)[] mutations =
        [
            ("a row deleted", "DELETE FROM school.item WHERE legacy_id = 7", [DifferenceKind.Missing]),
            ("a row duplicated under another id",
                "CREATE TEMP TABLE twin AS SELECT * FROM school.item WHERE legacy_id = 7; "
                + "UPDATE twin SET id = gen_random_uuid(); INSERT INTO school.item SELECT * FROM twin; DROP TABLE twin",
                [DifferenceKind.WrongId]),
            ("a row moved to another tenant",
                $"UPDATE school.item SET tenant_id = '{_comparison.TenantId("2")}' WHERE legacy_id = 7",
                [DifferenceKind.Missing, DifferenceKind.Extra]),
            ("an id that is not the rule's", "UPDATE school.item SET id = gen_random_uuid() WHERE legacy_id = 7",
                [DifferenceKind.Missing, DifferenceKind.WrongId]),
            ("two rows' ids swapped",
                "UPDATE school.item AS i SET id = CASE legacy_id WHEN 7 THEN o.b ELSE o.a END FROM ("
                + "SELECT min(id::text) FILTER (WHERE legacy_id = 7) AS at, min(id::text) FILTER (WHERE legacy_id = 8) AS bt "
                + "FROM school.item) AS t, LATERAL (SELECT at::uuid AS a, bt::uuid AS b) AS o WHERE legacy_id IN (7, 8)",
                [DifferenceKind.Different, DifferenceKind.Different]),
            ("a legacy id changed", "UPDATE school.item SET legacy_id = 1000007 WHERE legacy_id = 7", [DifferenceKind.Different]),
            ("a row of nobody's",
                "CREATE TEMP TABLE rogue AS SELECT * FROM school.item WHERE legacy_id = 7; "
                + "UPDATE rogue SET id = gen_random_uuid(), legacy_id = 1000007; "
                + "INSERT INTO school.item SELECT * FROM rogue; DROP TABLE rogue",
                [DifferenceKind.Extra]),
            ("a column read twice",
                $"UPDATE school.item SET c{Twins().One} = c{Twins().Other} WHERE legacy_id = (SELECT min(legacy_id) FROM school.item "
                + $"WHERE c{Twins().One}::text IS DISTINCT FROM c{Twins().Other}::text)",
                [DifferenceKind.Different]),
            ("a row lost and another added",
                "CREATE TEMP TABLE rogue AS SELECT * FROM school.item WHERE legacy_id = 7; "
                + "UPDATE rogue SET id = gen_random_uuid(), legacy_id = 1000007; "
                + "INSERT INTO school.item SELECT * FROM rogue; DROP TABLE rogue; DELETE FROM school.item WHERE legacy_id = 7",
                [DifferenceKind.Missing, DifferenceKind.Extra]),
        ];
        foreach (var (what, sql, kinds) in mutations)
        {
            await Target.ExecuteAsync(sql);
            Assert.Equal(kinds.Order(), (await TryAsync(what)).Select(d => d.Kind).Order());
            await Target.ExecuteAsync("TRUNCATE school.item; INSERT INTO school.item SELECT * FROM school.item_before");
        }
        _items.Rows.Merge("1", "2");
        Assert.All(
            await TryAsync("a tenant equal to another"),
            d => Assert.True(d.Kind is DifferenceKind.Missing or DifferenceKind.NotRejected));
    }

    // Two columns of one type: what stands in one could as well stand in the other.
    static (int One, int Other) Twins()
    {
        var types = TypePairs.All.Select(p => p.Target).ToList();
        var one = types.FindIndex(type => types.Count(t => t == type) > 1);
        return (one, types.FindIndex(one + 1, type => type == types[one]));
    }

    async Task MigrateAsync()
    {
        // Nothing here is to survive a crash, and there are thousands of commits.
        await Target.ExecuteAsync($"ALTER DATABASE {Target.Name} SET synchronous_commit = off");
        Target.Connections.Writer.Clear();
        Target.Connections.Direct.Clear();
        await Target.ExecuteAsync("CREATE EXTENSION citext SCHEMA public; CREATE DOMAIN public.score AS numeric(6, 2)");
        var pairs = TypePairs.All;
        _items = new Items(
            [.. pairs.Select((p, i) => p.Source with { Name = $"c{i}" })],
            mapped: [.. pairs.Select((p, i) => p.Policies with { Source = $"c{i}", Target = $"c{i}" })]);
        await _items.CreateAsync(Target, string.Join(", ", pairs.Select((p, i) => $"c{i} {p.Target}")));
        for (var i = 0; i < pairs.Count; i++)
        {
            // Each pair goes on where the one before it stood, or all would have the same values.
            var values = pairs[i].Values.Array[i + ValuesOfPair].Single(_ => true, Seed);
            for (var j = 0; j < ValuesOfPair; j++)
                _items.AddOf(1, (long)(i * ValuesOfPair + j), ($"c{i}", values[i + j]));
        }
        _items.AddOf(2, 5_000_000L, ("c0", true));
        var migration = _items.In(Target);
        await migration.MoveAsync("item", "1");
        await migration.MoveAsync("item", "2");
        await Target.ExecuteAsync("CREATE TABLE school.item_before AS SELECT * FROM school.item");
        _comparison = new Comparison(Target, _items.Source, migration, "1");
        _both = new Comparison(Target, _items.Source, migration, "1", "2");
        Assert.True((await _both.RunAsync(ReconciliationDepth.Digest)).Summary.IsEqual);
    }

    // The key of the row that has changed, or null when no row has a value that this can be done to.
    async Task<string?> ChangeAsync(string change)
    {
        await Target.ExecuteAsync($"UPDATE school.item {change}");
        return (await Target.QueryAsync<string>(
            """
            SELECT i.legacy_id::text FROM school.item AS i JOIN school.item_before AS b USING (id)
            WHERE i::text COLLATE "C" <> b::text COLLATE "C"
            """)).SingleOrDefault();
    }

    async Task<IReadOnlyList<RowDifference>> TryAsync(string what)
    {
        _tried[what] = _tried.GetValueOrDefault(what) + 1;
        if (!_found.TryGetValue(what, out var found))
            _found[what] = found = new int[Depths.Length];
        IReadOnlyList<RowDifference> differences = [];
        foreach (var depth in Depths)
        {
            var result = await _comparison.RunAsync(depth, seed: _tried[what]);
            if (result.Summary.Verdict != ReconciliationVerdict.Equal)
                found[(int)depth]++;
            differences = result.Differences;
        }
        return differences;
    }

    string Matrix()
    {
        var text = new StringBuilder("| change | tried | counts | sample | digest |\n|---|---:|---:|---:|---:|\n");
        foreach (var (what, tried) in _tried)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {tried} | {string.Join(" | ", _found[what])} |\n");
        return text.ToString();
    }
}
