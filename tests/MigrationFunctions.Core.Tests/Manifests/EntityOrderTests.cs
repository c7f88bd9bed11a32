using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class EntityOrderTests
{
    [Fact]
    public void Parents_come_in_earlier_levels_and_a_level_keeps_the_manifests_order()
    {
        var manifest = Of(("enrollment", ["student", "school"]), ("note", []), ("student", ["school"]), ("school", []));

        Assert.Equal(["note school", "student", "enrollment"], Names(manifest));
    }

    [Fact]
    public void Any_circle_free_manifest_is_ordered_completely_and_parents_first()
    {
        // Entity i references only entities before it in a hidden order; then the manifest is shuffled.
        var generator = Gen.Select(Gen.Int[0, 12].SelectMany(n => Gen.Int[0, 1 << 12].Array[n]), Gen.Int);
        generator.Sample((masks, seed) =>
        {
            var entities = masks.Select((mask, i) => ($"e{i}", Parents(mask, i)));
            var random = new Random(seed);
            var levels = EntityOrder.Levels(Of([.. entities.OrderBy(_ => random.Next())]));
            var done = new HashSet<string>();
            foreach (var level in levels)
            {
                Assert.NotEmpty(level);
                Assert.All(level, e => Assert.All(e.Columns, c => Assert.Contains(c.Reference!, done)));
                done.UnionWith(level.Select(e => e.Name));
            }
            Assert.Equal(masks.Length, done.Count);
        });
    }

    [Fact]
    public void Each_circle_is_a_problem_of_its_own_and_what_only_leads_there_is_in_none()
    {
        var manifest = Of(("x", ["a"]), ("a", ["b"]), ("b", ["a"]), ("c", ["d"]), ("d", ["e"]), ("e", ["c", "x"]));

        var circles = ManifestValidator.Validate(manifest, "order.json")
            .Where(p => p.Code == ErrorCodes.CyclicReferences).Select(p => $"{p.Place} {p.Message}");

        Assert.Equal(
            ["order.json $.entities[1].columns[0].reference References form a circle: a -> b -> a.",
             "order.json $.entities[3].columns[0].reference References form a circle: c -> d -> e -> c."],
            circles);
        Assert.Throws<ArgumentException>(() => EntityOrder.Levels(manifest));
    }

    static string[] Parents(int mask, int count) =>
        [.. Enumerable.Range(0, count).Where(p => (mask & (1 << p)) != 0).Select(p => $"e{p}")];

    static IEnumerable<string> Names(Manifest manifest) =>
        EntityOrder.Levels(manifest).Select(level => string.Join(" ", level.Select(e => e.Name)));

    static Manifest Of(params (string Name, string[] Parents)[] entities) => new()
    {
        Name = "order",
        Tenants = new TenantSource { Table = "dbo.District", Key = "DistrictID" },
        Entities = [.. entities.Select(e => new EntityManifest
        {
            Name = e.Name,
            Source = new EntitySource { Table = $"dbo.{e.Name}", Tenant = "DistrictID", Key = ["ID"] },
            Target = new EntityTarget { Table = $"school.{e.Name}" },
            Columns = [.. e.Parents.Select(p => new ColumnManifest { Source = p, Target = p, Reference = p })],
        })],
    };
}
