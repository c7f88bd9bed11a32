using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Reconciling;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A legacy database, a manifest and target tables that have nothing of the sample's.</summary>
public sealed class OwnSchemaTests(TargetServer server)
{
    const string Manifest =
        """
        {
          "name": "library",
          "tenants": { "table": "dbo.Town", "key": "TownID" },
          "entities": [
            {
              "name": "author",
              "source": { "table": "dbo.Author", "tenant": "TownID", "key": ["AuthorID"] },
              "target": { "table": "own.author" },
              "columns": [ { "source": "Name", "target": "name" } ]
            },
            {
              "name": "book",
              "source": { "table": "dbo.Book", "tenant": "TownID", "key": ["BookID"], "ignore": ["RowVer"] },
              "target": { "table": "own.book" },
              "columns": [
                { "source": "AuthorID", "target": "author_id", "reference": "author" },
                { "source": "Title", "target": "title" }
              ]
            }
          ]
        }
        """;

    const string Tables =
        """
        CREATE TABLE own.author (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, name varchar(50) NOT NULL,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id));
        CREATE TABLE own.book (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, author_id uuid, title varchar(100) NOT NULL,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id),
          FOREIGN KEY (tenant_id, author_id) REFERENCES own.author (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE)
        """;

    static readonly object Full = new { manifest = "library", mode = "full" };
    static readonly object Digest = new { manifest = "library", depth = "digest" };

    [Fact]
    public async Task It_is_migrated_and_compared_and_what_changes_in_the_source_is_found()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Library());
        var api = await scenario.HostAsync();
        var run = await api.EndAsync(await api.StartAsync(Full));
        var equal = await api.ReconcileAsync(Digest);

        await scenario.Source.SetAsync("dbo.Book", "BookID", 11, "Title", "Second edition");
        await scenario.Source.DeleteAsync("dbo.Book", "BookID", 12);
        await scenario.Source.AddAsync("dbo.Book", 13, 1, 2, "New", null);
        var found = await api.ReconcileAsync(Digest);

        Assert.True(run.Status == States.Completed, Api.ToJson(run));
        Assert.Equal((3L, 4L), await CountsAsync(scenario));
        Assert.True(equal.IsEqual, Api.ToJson(equal));
        Assert.Equal(
            [("11", DifferenceKind.Different), ("12", DifferenceKind.Extra), ("13", DifferenceKind.Missing)],
            found.Differences.Select(d => (d.LegacyKey, d.Kind)).OrderBy(d => d.LegacyKey, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_source_that_changed_its_columns_is_read_as_it_is_now()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Library());
        await scenario.Source.AddColumnAsync("dbo.Author", "Born", SqlType.Int, nullable: false);
        await scenario.Source.AlterColumnAsync("dbo.Author", "Name", SqlType.NVarChar(30), nullable: false);
        var api = await scenario.HostAsync();
        var unmapped = await api.EndAsync(await api.StartAsync(Full));
        await scenario.Source.DropColumnAsync("dbo.Author", "Born");
        var run = await api.EndAsync(await api.StartAsync(Full));

        Assert.Equal(States.Failed, unmapped.Status);
        Assert.True(run.Status == States.Completed, Api.ToJson(run));
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("staged")]
    public async Task Policies_may_look_for_the_tenant_in_a_setting_of_the_houses_own(string writePath)
    {
        var manifest = Manifest.Replace(
            "\"own.author\" }", "\"own.author\", \"tenantSetting\": \"house.town\" }", StringComparison.Ordinal);
        var tables = $"""
            {Tables};
            ALTER TABLE own.author ENABLE ROW LEVEL SECURITY;
            ALTER TABLE own.author FORCE ROW LEVEL SECURITY;
            CREATE POLICY one_town ON own.author USING (tenant_id = current_setting('house.town')::uuid)
            """;
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(manifest, tables), Library());
        var api = await scenario.HostAsync();

        var run = await api.EndAsync(await api.StartAsync(new { manifest = "library", mode = "full", options = new { writePath } }));
        await scenario.Target.ExecuteAsync("DELETE FROM own.book; DELETE FROM own.author WHERE legacy_id = 2");
        var repaired = await RepairAsync(api);
        var equal = await api.ReconcileAsync(Digest);
        var dryRun = await api.EndAsync(await api.StartAsync(new { manifest = "library", mode = "dryRun" }));
        var mapping = await api.GetAsync("mappings/author/1/2");

        Assert.True(run.Status == States.Completed, Api.ToJson(run));
        Assert.Equal(States.Completed, repaired.Status);
        Assert.True(equal.IsEqual, Api.ToJson(equal));
        Assert.True(dryRun.Status == States.Completed, Api.ToJson(dryRun));
        Assert.Equal("2", mapping.Json.GetProperty("legacyId").GetString());
        Assert.Equal((3L, 4L), await CountsAsync(scenario));
    }

    [Fact]
    public async Task After_a_repair_counts_digests_and_views_agree_although_the_source_has_moved_on()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Library());
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Full));
        await scenario.Source.DeleteAsync("dbo.Book", "BookID", 12);
        for (var book = 20; book < 23; book++)
            await scenario.Source.AddAsync("dbo.Book", book, 2, 3, "New", null);
        await scenario.Source.AddAsync("dbo.Book", 23, 2, 99, "By nobody", null);
        await scenario.Target.ExecuteAsync("DELETE FROM own.book WHERE legacy_id = 14");

        var repaired = await RepairAsync(api);
        var counts = await api.ReconcileAsync(new { manifest = "library", depth = "counts" });
        var digest = await api.ReconcileAsync(Digest);
        var parity = await ParityAsync(scenario);
        var run = await api.EndAsync(await api.StartAsync(Full));

        Assert.True(repaired.IsEqual, Api.ToJson(repaired));
        Assert.True(counts.IsEqual, Api.ToJson(counts));
        Assert.True(digest.IsEqual, Api.ToJson(digest));
        Assert.Equal([("1", 2, 2, 0, true), ("2", 5, 4, 1, true)], parity);
        Assert.True(run is { Status: States.CompletedWithRejects, IsConserved: true }, Api.ToJson(run));
        Assert.Equal(parity, await ParityAsync(scenario));
    }

    static async Task<RepairStatus> RepairAsync(Api api)
    {
        var found = await api.ReconcileAsync(Digest);
        await api.PostAsync($"reconciliations/{found.ReconciliationId}/repair", new { deleteExtra = true });
        return await api.EndOfRepairAsync(found.ReconciliationId);
    }

    // Each town's books, as an auditor is shown them.
    static async Task<IReadOnlyList<(string Town, long Source, long Migrated, long Rejected, bool IsEqual)>> ParityAsync(Scenario scenario)
    {
        var towns = new List<(string, long, long, long, bool)>();
        foreach (var town in new[] { "1", "2" })
            towns.Add(await scenario.Target.QueryAsync<(string, long, long, long, bool)>(
                $"""
                SET app.tenant_id = '{DeterministicId.Tenant(MigrationFunctions.Core.Manifests.Manifest.DefaultIdNamespace, town)}';
                SELECT tenant, source_rows, migrated, rejected, is_equal FROM validation.book_count_parity
                """));
        return towns;
    }

    static async Task<(long Authors, long Books)> CountsAsync(Scenario scenario) => (
        await scenario.Target.QueryAsync<long>("SELECT count(*) FROM own.author"),
        await scenario.Target.QueryAsync<long>("SELECT count(*) FROM own.book AS b JOIN own.author AS a ON a.id = b.author_id"));

    static LegacyDatabase Library()
    {
        var database = new LegacyDatabase("Library");
        database.AddTable("dbo", "Town").Column("TownID", SqlType.Int).PrimaryKey("TownID").Add(1).Add(2);
        database.AddTable("dbo", "Author").Column("AuthorID", SqlType.Int).Column("TownID", SqlType.Int)
            .Column("Name", SqlType.NVarChar(50)).PrimaryKey("AuthorID").Index("IX_Author_Town", unique: false, "TownID", "AuthorID")
            .Add(1, 1, "Ada").Add(2, 1, "Brontë").Add(3, 2, "Čapek");
        database.AddTable("dbo", "Book").Column("BookID", SqlType.Int).Column("TownID", SqlType.Int)
            .Column("AuthorID", SqlType.Int, nullable: true).Column("Title", SqlType.NVarChar(100))
            .Column("RowVer", SqlType.RowVersion).PrimaryKey("BookID").Index("IX_Book_Town", unique: false, "TownID", "BookID")
            .References("AuthorID", "dbo.Author", "AuthorID")
            .Add(10, 1, 1, "Notes", null).Add(11, 1, 2, "Heights", null).Add(12, 2, 3, "Robots", null).Add(14, 2, 3, "Newts", null);
        return database;
    }
}
