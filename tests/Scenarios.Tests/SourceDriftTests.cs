using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A source table that changes while a run goes on, or a view that no longer is what the catalogue says.</summary>
public sealed class SourceDriftTests(TargetServer server)
{
    const string Table =
        """
        CREATE TABLE own.item (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, name varchar(50), PRIMARY KEY (tenant_id, id))
        """;

    static string Manifest(string table) =>
        $$"""
        {
          "name": "items",
          "tenants": { "table": "dbo.District", "key": "Id" },
          "entities": [
            {
              "name": "item",
              "source": { "table": "{{table}}", "tenant": "District", "key": ["Id"] },
              "target": { "table": "own.item" },
              "columns": [ { "source": "Name", "target": "name" } ]
            }
          ],
          "options": { "batchSize": 10, "tenantWindow": 1, "batchWindow": 1 }
        }
        """;

    [Theory]
    [InlineData("added", "Column Extra is new.")]
    [InlineData("altered", "Column Name was nvarchar(50) and is nvarchar(80).")]
    [InlineData("dropped", "Column Name is gone.")]
    public async Task What_changes_in_the_middle_of_a_run_is_told_in_the_same_words_by_workers_old_and_new(string change, string told)
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, new OwnSchema(Manifest("dbo.Item"), Table), Items());
        var held = scenario.Source.Faults.HoldRows(contains: "[c].[Name]", occurrence: 2);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(new { manifest = "items", mode = "full" });
        await held.Reached.WaitAsync(Api.Limit);
        await (change switch
        {
            "added" => scenario.Source.AddColumnAsync("dbo.Item", "Extra", SqlType.Int, nullable: true),
            "altered" => scenario.Source.AlterColumnAsync("dbo.Item", "Name", SqlType.NVarChar(80), nullable: true),
            _ => scenario.Source.DropColumnAsync("dbo.Item", "Name"),
        });
        // A worker that comes anew finds the table as it is now; the first one knew it as it was.
        await scenario.StopAsync();
        held.Release();
        api = await scenario.HostAsync();

        var run = await api.EndAsync(runId);

        Assert.Equal(States.Failed, run.Status);
        Assert.Equal(2, run.Tenants.Count(t => t.Failure?.Contains(ErrorCodes.SourceChanged, StringComparison.Ordinal) == true));
        Assert.All(run.Tenants, t => Assert.Contains(told, t.Failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_view_that_was_made_before_its_table_changed_is_refused_until_it_is_refreshed()
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest("dbo.ItemView"), Table), Items());
        await scenario.Source.AddViewAsync("dbo.ItemView", "dbo.Item");
        await scenario.Source.AlterColumnAsync("dbo.Item", "Name", SqlType.NVarChar(40), nullable: true);
        var api = await scenario.HostAsync();

        var stale = await api.EndAsync(await api.StartAsync(new { manifest = "items", mode = "full" }));
        await scenario.Source.RefreshViewAsync("dbo.ItemView");
        var run = await api.EndAsync(await api.StartAsync(new { manifest = "items", mode = "full" }));

        var finding = Assert.Single(stale.Findings, f => f.Severity == ProblemSeverity.Error);
        Assert.Equal((ErrorCodes.SourceChanged, "dbo.ItemView"), (finding.Code, finding.Place));
        Assert.Contains("sp_refreshview", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(0, stale.RowsWritten);
        Assert.True(run.Status == States.Completed, Api.ToJson(run));
    }

    static LegacyDatabase Items()
    {
        var database = new LegacyDatabase("Drift");
        database.AddTable("dbo", "District").Column("Id", SqlType.Int).PrimaryKey("Id").Add(1).Add(2);
        var items = database.AddTable("dbo", "Item").Column("District", SqlType.Int).Column("Id", SqlType.Int)
            .Column("Name", SqlType.NVarChar(50), nullable: true).PrimaryKey("District", "Id");
        for (var i = 1; i <= 60; i++)
            items.Add(i % 2 + 1, i, $"item {i}");
        return database;
    }
}
