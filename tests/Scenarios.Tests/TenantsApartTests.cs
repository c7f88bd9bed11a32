using System.Net;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Extensions.DependencyInjection;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.SqlServer;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>No row is shown to a wrong district, whatever a key looks like, and whatever the cause.</summary>
public sealed class TenantsApartTests(TargetServer server)
{
    const string Table =
        """
        CREATE TABLE own.item (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, name varchar(50), PRIMARY KEY (tenant_id, id))
        """;

    static readonly object Full = new { manifest = "items", mode = "full" };
    static readonly object Digest = new { manifest = "items", depth = "digest" };
    static readonly SqlType Text = SqlType.VarChar(10, Collation.Get("Latin1_General_CI_AS"));

    public static TheoryData<string, SqlType, object[], SqlType, object[]> EqualKeys => new()
    {
        { "case of the tenants' table", Text, ["tx1", "TX1"], Text, ["tx1", "TX1"] },
        { "zeros before a number", Text, ["7", "07"], SqlType.VarChar(10, Collation.Get("Latin1_General_CI_AS")), ["7", "07"] },
        { "a tenant listed twice", SqlType.Int, [1, 1], SqlType.Int, [1] },
        { "accents", SqlType.NVarChar(10, Collation.Get("Latin1_General_CI_AI")), ["Zoé", "Zoe"],
            SqlType.NVarChar(10, Collation.Get("Latin1_General_CI_AI")), ["Zoe"] },
    };

    [Theory]
    [MemberData(nameof(EqualKeys))]
    public async Task Tenants_that_are_one_to_the_source_are_refused_before_anything_is_read(
        string what, SqlType keyType, object[] tenants, SqlType columnType, object[] rows)
    {
        await using var scenario = await Scenario.CreateAsync(
            server, new OwnSchema(Manifest(what == "zeros before a number" ? "number" : null), Table),
            Items(keyType, tenants, columnType, rows));
        var api = await scenario.HostAsync();

        var start = await api.PostAsync("migrations", Full);
        var reconcile = await api.PostAsync("reconciliations", Digest);

        foreach (var answer in new[] { start, reconcile })
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal([ErrorCodes.TenantsEqual], answer.Codes.Distinct());
            var problems = answer.Json.GetProperty("problems").EnumerateArray();
            var told = string.Concat(problems.Select(p => p.GetProperty("message").GetString()));
            Assert.All(tenants, t => Assert.Contains($"'{t}'", told, StringComparison.Ordinal));
        }
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM own.item"));
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
    }

    [Fact]
    public async Task Keys_of_two_types_are_refused_until_it_is_declared_how_they_are_compared()
    {
        var schema = new OwnSchema(Manifest(null), Table);
        await using var scenario = await Scenario.CreateAsync(
            server, schema, Items(SqlType.Int, [7, 8], SqlType.Char(4), ["0007", "7", "0008", "none", "0009"]));
        var api = await scenario.HostAsync();

        var refused = await api.EndAsync(await api.StartAsync(Full));
        schema.Write(Manifest("number"));
        var run = await api.EndAsync(await api.StartAsync(Full));
        var equal = await api.ReconcileAsync(Digest);

        Assert.Equal((States.Failed, ErrorCodes.TenantKeysDiffer), (refused.Status, refused.Findings.Single(f =>
            f.Severity == ProblemSeverity.Error).Code));
        Assert.True(run.Status == States.Completed, Api.ToJson(run));
        Assert.Equal(2, run.Unassigned["item"]);
        Assert.Equal([("7", 2L), ("8", 1L)], run.Tenants.OrderBy(t => t.Tenant).Select(t => (t.Tenant, t.Entities[0].RowsWritten)));
        Assert.True(equal.Verdict == ReconciliationVerdict.Equal, Api.ToJson(equal));
    }

    [Fact]
    public async Task A_tenant_that_is_given_the_rows_of_another_fails_the_verdict_whatever_the_cause()
    {
        await using var scenario = await Scenario.CreateAsync(
            server, new OwnSchema(Manifest(null), Table), Items(SqlType.Int, [1, 2], SqlType.Int, [1, 1, 2]));
        var source = new SqlServerSource(new SqlServerConnections(scenario.Source.ConnectionString), commandTimeoutSeconds: 30);
        var api = await scenario.HostAsync(
            setUp: host => host.Services.AddSingleton(MisreadSource.Over(source, asked: "2", read: "1")));

        var run = await api.EndAsync(await api.StartAsync(Full));
        var found = await api.ReconcileAsync(Digest);

        Assert.Equal(States.Failed, run.Status);
        Assert.Contains(ErrorCodes.SlicesNotDisjoint, run.Failure, StringComparison.Ordinal);
        Assert.Contains("tenant '2' reads 2 rows, the source says 1", run.Failure, StringComparison.Ordinal);
        Assert.Equal(ReconciliationVerdict.NotEqual, found.Verdict);
        Assert.Contains(found.Checks, c => c.Name == "sourceSlices" && c.Found == 1);
        Assert.Contains(found.Checks, c => c.Name == "sharedLegacyKey" && c.Found == 2);
    }

    static string Manifest(string? compareAs) =>
        $$"""
        {
          "name": "items",
          "tenants": { "table": "dbo.District", "key": "Id"{{(compareAs is null ? "" : $", \"compareAs\": \"{compareAs}\"")}} },
          "entities": [
            {
              "name": "item",
              "source": { "table": "dbo.Item", "tenant": "District", "key": ["Id"] },
              "target": { "table": "own.item" },
              "columns": [ { "source": "Name", "target": "name" } ]
            }
          ]
        }
        """;

    static LegacyDatabase Items(SqlType keyType, object[] tenants, SqlType columnType, object[] rows)
    {
        var database = new LegacyDatabase("Apart");
        var districts = database.AddTable("dbo", "District").Column("Id", keyType);
        foreach (var tenant in tenants)
            districts.Add(tenant);
        var items = database.AddTable("dbo", "Item").Column("District", columnType).Column("Id", SqlType.Int)
            .Column("Name", SqlType.NVarChar(50), nullable: true).PrimaryKey("Id");
        for (var i = 0; i < rows.Length; i++)
            items.Add(rows[i], i + 1, $"item {i}");
        return database;
    }
}
