using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Reconciling;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>One run that rejects a row by every rule. Each cause goes where it lies, in the source or in the target, and
/// the next run leaves nothing behind.</summary>
public sealed class EveryRuleTests(TargetServer server)
{
    const string Manifest =
        """
        {
          "name": "rules",
          "tenants": { "table": "dbo.Town", "key": "TownID" },
          "entities": [
            {
              "name": "owner",
              "source": { "table": "dbo.Owner", "tenant": "TownID", "key": ["OwnerID"] },
              "target": { "table": "own.owner" },
              "columns": [ { "source": "Name", "target": "name" } ]
            },
            {
              "name": "thing",
              "source": { "table": "dbo.Thing", "tenant": "TownID", "key": ["ThingID"] },
              "target": { "table": "own.thing" },
              "columns": [
                { "source": "OwnerID", "target": "owner_id", "reference": "owner" },
                { "source": "Label", "target": "label" },
                { "source": "Remark", "target": "remark" },
                { "source": "Amount", "target": "amount" },
                { "source": "Seen", "target": "seen", "timeZone": "America/Chicago",
                  "excessPrecision": "reject", "ambiguousTime": "reject", "skippedTime": "reject" },
                { "source": "Day", "target": "day" },
                { "source": "Kind", "target": "kind", "values": { "a": "A" } },
                { "source": "Doc", "target": "doc" },
                { "source": "Rank", "target": "rank" },
                { "source": "Code", "target": "code" },
                { "source": "Spot", "target": "spot" }
              ]
            },
            {
              "name": "page",
              "source": { "table": "dbo.Page", "tenant": "TownID", "key": ["PageID"] },
              "target": { "table": "own.page" },
              "columns": [ { "source": "Line", "target": "line" } ]
            },
            {
              "name": "plot",
              "source": { "table": "dbo.Plot", "tenant": "TownID", "key": ["PlotID"] },
              "target": { "table": "own.plot" },
              "columns": [ { "source": "Area", "target": "area" } ]
            },
            {
              "name": "slip",
              "source": { "table": "dbo.Slip", "tenant": "TownID", "key": ["SlipID"] },
              "target": { "table": "own.slip" },
              "columns": [ { "source": "Area", "target": "area" } ]
            }
          ]
        }
        """;

    const int Duplicate = 7;
    const int Foreign = 8;

    static readonly Guid Ids = MigrationFunctions.Core.Manifests.Manifest.DefaultIdNamespace;
    static readonly Guid FirstTown = DeterministicId.Tenant(Ids, "1");
    static readonly Guid SecondTown = DeterministicId.Tenant(Ids, "2");

    // Of plot, the second town's partition has none of its own that a row would fit into; of slip, rows whose id leaves remainder 1
    // have none.
    static readonly string Tables =
        $"""
        CREATE TABLE own.owner (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, name varchar(10) NOT NULL,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id));
        CREATE TABLE own.thing (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, owner_id uuid NOT NULL,
          label varchar(5) NOT NULL, remark text, amount numeric(4, 2), seen timestamptz, day date, kind varchar(1), doc xml,
          rank integer CONSTRAINT low CHECK (rank < 100), code integer, spot integer,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id), UNIQUE (tenant_id, code),
          EXCLUDE USING gist (int4range(spot, spot + 5) WITH &&),
          FOREIGN KEY (tenant_id, owner_id) REFERENCES own.owner (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE);
        CREATE FUNCTION own.refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'no'; END $f$;
        CREATE TRIGGER refuse BEFORE INSERT ON own.thing FOR EACH ROW WHEN (NEW.code = 666) EXECUTE FUNCTION own.refuse();
        CREATE TABLE own.page (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, line integer NOT NULL,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id));
        CREATE TABLE own.plot (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, area integer NOT NULL,
          PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, legacy_id)) PARTITION BY LIST (tenant_id);
        CREATE TABLE own.plot_1 PARTITION OF own.plot FOR VALUES IN ('{FirstTown}');
        CREATE TABLE own.plot_2 PARTITION OF own.plot FOR VALUES IN ('{SecondTown}') PARTITION BY LIST (tenant_id);
        CREATE TABLE own.slip (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, area integer NOT NULL,
          PRIMARY KEY (tenant_id, id)) PARTITION BY HASH (id);
        CREATE TABLE own.slip_0 PARTITION OF own.slip FOR VALUES WITH (MODULUS 2, REMAINDER 0)
        """;

    // What the target's owner does about the rows that it refuses and the source is right about.
    const string Cures =
        """
        SET ROLE school_owner;
        ALTER TABLE own.thing DROP CONSTRAINT low;
        DROP TRIGGER refuse ON own.thing;
        CREATE TABLE own.plot_rest PARTITION OF own.plot_2 DEFAULT;
        CREATE TABLE own.slip_1 PARTITION OF own.slip FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        RESET ROLE;
        """;

    // Rows of dbo.Thing from number 10 on, each with one value that cannot go to the target, and one that can. Where there is
    // none, it is for the target or the parent to change.
    static readonly (string Rule, string Column, object? Bad, object? Good)[] Faults =
    [
        ("notNull", "Label", null, "L"),
        ("tooLong", "Label", "longer", "L"),
        ("nulCharacter", "Label", "N\0l", "L"),
        ("loneSurrogate", "Remark", "half \ud83d", "whole \ud83d\ude00"),
        ("outOfRange", "Amount", 100m, 10m),
        ("precisionLoss", "Amount", 1.005m, 1.01m),
        ("excessPrecision", "Seen", new DateTime(2024, 5, 1).AddTicks(1), new DateTime(2024, 5, 1)),
        ("ambiguousTime", "Seen", new DateTime(2024, 11, 3, 1, 30, 0), new DateTime(2024, 11, 3, 3, 30, 0)),
        ("skippedTime", "Seen", new DateTime(2024, 3, 10, 2, 30, 0), new DateTime(2024, 3, 10, 3, 30, 0)),
        ("timeOfDayLost", "Day", new DateTime(2024, 5, 1, 8, 0, 0), new DateTime(2024, 5, 1)),
        ("unmappedValue", "Kind", "z", "a"),
        ("xmlDeclaration", "Doc", "<?xml version=\"1.0\"?><a/>", "<a/>"),
        ("orphan", "OwnerID", 99, 1),
        ("orphan", "OwnerID", 2, null),
        ("unique", "Code", 1, 1001),
        ("exclusion", "Spot", 12, 1002),
        ("check", "Rank", 100, null),
        ("refused", "Code", 666, null),
    ];

    static readonly (string, string, string)[] Rules =
    [
        .. Faults.Select((f, i) => ("thing", $"{10 + i}", f.Rule)),
        ("owner", "2", "tooLong"), ("page", $"{Duplicate}", "duplicateKey"),
        ("plot", "3", "check"), ("plot", "4", "check"),
    ];

    static readonly object Digest = new { manifest = "rules", depth = "digest" };

    [Theory]
    [InlineData("auto")]
    [InlineData("staged")]
    public async Task When_every_cause_is_gone_the_next_run_completes_and_both_sides_are_equal(string writePath)
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Legacy());
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Request(writePath)));
        var rejects = await Reject.ListAsync(api, first.RunId, "open");
        await CorrectAsync(scenario);

        var second = await api.EndAsync(await api.StartAsync(Request(writePath)));
        var open = await Reject.ListAsync(api, first.RunId, "open");
        var closed = await Reject.ListAsync(api, first.RunId, "closed");
        var compared = await api.ReconcileAsync(Digest);

        Assert.True(first is { Status: States.CompletedWithRejects, IsConserved: true }, Api.ToJson(first));
        AssertRules(rejects);
        Assert.True(second is { Status: States.Completed, IsConserved: true, RowsRejected: 0 }, Api.ToJson(second));
        Assert.Empty(open);
        Assert.Equal(rejects.Select(Named).Order(), closed.Select(Named).Order());
        Assert.All(closed, r => Assert.Equal((r.Rule == "duplicateKey" ? "gone" : "written", second.RunId), (r.ClosedAs, r.ClosedBy)));
        Assert.True(compared.Verdict == ReconciliationVerdict.Equal, Api.ToJson(compared));
        Assert.Equal(
            rejects.GroupBy(r => (r.Tenant, r.Entity)).Select(g => (g.Key.Tenant, g.Key.Entity, g.LongCount())).Order(),
            (await HealedAsync(api, second.RunId)).Order());
    }

    [Fact]
    public async Task While_no_cause_is_gone_the_next_run_keeps_every_rejection_once_and_by_the_same_rule()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Legacy());
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Request("auto")));

        var second = await api.EndAsync(await api.StartAsync(Request("auto")));
        var open = await Reject.ListAsync(api, first.RunId, "open");
        var compared = await api.ReconcileAsync(Digest);

        Assert.Equal(
            (States.CompletedWithRejects, true, first.RowsRejected), (second.Status, second.IsConserved, second.RowsRejected));
        AssertRules(open);
        Assert.Empty(await Reject.ListAsync(api, first.RunId, "closed"));
        Assert.Empty(await HealedAsync(api, second.RunId));
        Assert.True(compared.Verdict == ReconciliationVerdict.Equal, Api.ToJson(compared));
    }

    [Fact]
    public async Task A_row_that_somebody_elses_kept_out_is_written_when_that_one_is_gone()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Legacy());
        var id = DeterministicId.V5(Ids, "1", "page", $"{Foreign}");
        await scenario.Target.ExecuteAsync($"INSERT INTO own.page VALUES ('{FirstTown}', '{id}', 800, 0)");
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Request("auto")));
        var rejects = await Reject.ListAsync(api, first.RunId, "open");
        await CorrectAsync(scenario);
        await scenario.Target.ExecuteAsync($"DELETE FROM own.page WHERE id = '{id}' AND legacy_id = 800");

        var second = await api.EndAsync(await api.StartAsync(Request("auto")));
        var closed = await Reject.ListAsync(api, first.RunId, "closed");
        var compared = await api.ReconcileAsync(Digest);

        // A row too many is no reject: the account of the pages does not come out while it is there.
        Assert.Equal((States.Failed, false), (first.Status, first.IsConserved));
        Assert.Contains(("1", "page", $"{Foreign}", "foreignRow"), rejects.Select(Named));
        Assert.True(second is { Status: States.Completed, IsConserved: true, RowsRejected: 0 }, Api.ToJson(second));
        Assert.Equal(("written", second.RunId), closed.Where(r => r.Rule == "foreignRow").Select(r => (r.ClosedAs, r.ClosedBy)).Single());
        Assert.True(compared.Verdict == ReconciliationVerdict.Equal, Api.ToJson(compared));
    }

    // Which slips lack a partition, their ids say: they are always the same ones, some and not all.
    static void AssertRules(IReadOnlyList<Reject> rejects)
    {
        Assert.Equal(Rules.Order(), rejects.Where(r => r.Entity != "slip").Select(r => (r.Entity, r.LegacyKey, r.Rule)).Order());
        Assert.All(rejects.Where(r => r.Entity == "slip"), r => Assert.Equal("check", r.Rule));
        Assert.InRange(rejects.Count(r => r.Entity == "slip"), 1, 15);
    }

    static (string, string, string, string) Named(Reject reject) => (reject.Tenant, reject.Entity, reject.LegacyKey, reject.Rule);

    static async Task CorrectAsync(Scenario scenario)
    {
        await scenario.Target.ExecuteAsync(Cures);
        foreach (var (fault, i) in Faults.Select((f, i) => (f, i)).Where(f => f.f.Good is not null))
            await scenario.Source.SetAsync("dbo.Thing", "ThingID", 10 + i, fault.Column, fault.Good);
        await scenario.Source.SetAsync("dbo.Owner", "OwnerID", 2, "Name", "Short");
        // Which of two rows with one key is the first, is the server's to say.
        var taken = await scenario.Target.QueryAsync<int>($"SELECT line FROM own.page WHERE legacy_id = {Duplicate}");
        await scenario.Source.DeleteAsync("dbo.Page", "Line", taken == 71 ? 72 : 71);
    }

    static async Task<IEnumerable<(string, string, long)>> HealedAsync(Api api, string runId) =>
        (await api.GetAsync($"audit?subject={runId}")).Json.GetProperty("entries").EnumerateArray()
            .Select(e => e.GetProperty("entry")).Where(e => e.GetProperty("action").GetString() == "healed")
            .Select(e => (
                e.GetProperty("tenant").GetString()!, e.GetProperty("detail").GetString()!,
                e.GetProperty("counts").EnumerateObject().Sum(c => c.Value.GetInt64())));

    // One batch after the other: of two rows that exclude each other, the second one is refused.
    static object Request(string writePath) =>
        new { manifest = "rules", mode = "full", options = new { batchSize = 10, batchWindow = 1, writePath } };

    static LegacyDatabase Legacy()
    {
        var database = new LegacyDatabase("Rules");
        database.AddTable("dbo", "Town").Column("TownID", SqlType.Int).PrimaryKey("TownID").Add(1).Add(2);
        Table(database, "Owner").Column("Name", SqlType.NVarChar(50)).PrimaryKey("OwnerID")
            .Add(1, 1, "Ada").Add(2, 1, "Longer than that");
        var things = Table(database, "Thing").Column("OwnerID", SqlType.Int).Column("Label", SqlType.NVarChar(20), nullable: true)
            .Column("Remark", SqlType.NVarChar(SqlType.Max)).Column("Amount", SqlType.Decimal(9, 3)).Column("Seen", SqlType.DateTime2())
            .Column("Day", SqlType.DateTime2(0)).Column("Kind", SqlType.VarChar(10)).Column("Doc", SqlType.NVarChar(SqlType.Max))
            .Column("Rank", SqlType.Int).Column("Code", SqlType.Int).Column("Spot", SqlType.Int).PrimaryKey("ThingID");
        things.Add(Thing(1)).Add(Thing(10 + Faults.Length));
        foreach (var (fault, i) in Faults.Select((f, i) => (f, i)))
        {
            var row = Thing(10 + i);
            row[things.Columns.ToList().FindIndex(c => c.Name == fault.Column)] = fault.Bad;
            things.Add(row);
        }
        Table(database, "Page").Column("Line", SqlType.Int).Clustered("TownID", "PageID")
            .Add(6, 1, 61).Add(Duplicate, 1, 71).Add(Duplicate, 1, 72).Add(Foreign, 1, 81);
        Table(database, "Plot").Column("Area", SqlType.Int).PrimaryKey("PlotID")
            .Add(1, 1, 10).Add(2, 1, 20).Add(3, 2, 30).Add(4, 2, 40);
        var slips = Table(database, "Slip").Column("Area", SqlType.Int).PrimaryKey("SlipID");
        for (var slip = 1; slip <= 16; slip++)
            slips.Add(slip, 1 + slip % 2, slip);
        return database;
    }

    static LegacyTable Table(LegacyDatabase database, string name) => database.AddTable("dbo", name)
        .Column($"{name}ID", SqlType.Int).Column("TownID", SqlType.Int)
        .Index($"IX_{name}_Town", unique: false, "TownID", $"{name}ID");

    // Nothing is wrong with it; no other one has its code or its spot.
    static object?[] Thing(int key) =>
    [
        key, 1, 1, "L", "whole", 1m, new DateTime(2024, 5, 1), new DateTime(2024, 5, 1), "a", "<a/>", 1, key, 10 * key,
    ];
}
