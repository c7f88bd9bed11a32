using System.Net;
using System.Text.Json;
using LocalSqlServer.SchoolDatabase;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Every row of the source is accounted for, against counts that the generator knows and the product does
/// not.</summary>
public sealed class AccountTests(TargetServer server)
{
    static readonly SchoolOptions Options = new(Seed: 11, Rows: 60_000, Districts: 3);

    [Fact]
    public async Task Every_row_is_written_rejected_by_a_rule_filtered_or_unassigned()
    {
        var facts = SchoolFacts.Of(Options);
        await using var scenario = await Scenario.CreateAsync(server, SchoolDatabase.Create(Options));
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(
            new { manifest = "school-district", mode = "full", options = new { batchSize = 5_000 } }));
        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.True(status.IsConserved);
        Assert.Equal(facts.StudentsWithoutDistrict + facts.StudentsOfUnknownDistrict, status.Unassigned["student"]);
        foreach (var district in facts.Districts)
        {
            var tenant = status.Tenants.Single(t => t.Tenant == $"{district.District}");
            Assert.Equal(district.NulNames, await RejectedAsync(scenario, tenant, "student", "nulCharacter"));
            Assert.Equal(
                district.LoneSurrogateNames, await RejectedAsync(scenario, tenant, "student", "loneSurrogate"));
            var badNames = district.NulNames + district.LoneSurrogateNames;
            AssertEntity(tenant, "student", district.Students, badNames, district.TestStudents);
            AssertEntity(
                tenant, "enrollment", district.Enrollments,
                district.OrphanEnrollments + district.ForeignEnrollments + district.EnrollmentsOfBadNames
                + district.EnrollmentsOfTestStudents,
                0);
        }
        Assert.True(facts.Districts.Sum(d => d.LoneSurrogateNames) > 0, "The data has no bad rows to be told apart.");
        AssertLiveFigures((await api.GetAsync($"migrations/{status.RunId}")).Json);
        await scenario.Target.AssertAppliedOnceAsync();
    }

    // As documents, for this is what other programs read.
    static void AssertLiveFigures(JsonElement run)
    {
        var tenants = run.GetProperty("tenants").EnumerateArray().ToList();
        var entities = tenants.SelectMany(t => t.GetProperty("entities").EnumerateArray())
            .Where(e => e.GetProperty("batches").GetInt32() > 0).ToList();
        Assert.All([run, .. tenants, .. entities], part =>
        {
            var live = part.GetProperty("live");
            Assert.True(live.GetProperty("rowsPerSecond").GetDouble() > 0);
            Assert.True(live.GetProperty("megabytesPerSecond").GetDouble() >= 0);
            Assert.Equal(0, live.GetProperty("rowsLeft").GetInt64());
            Assert.False(live.TryGetProperty("rowsPerSecondNow", out _), "A run that has ended has no present speed.");
            Assert.True(live.GetProperty("slowestBatch").GetProperty("seconds").GetDouble() > 0);
        });
        var slowest = run.GetProperty("live").GetProperty("slowestBatch");
        Assert.Contains(tenants, t => t.GetProperty("tenant").GetString() == slowest.GetProperty("tenant").GetString());
        Assert.NotEmpty(slowest.GetProperty("entity").GetString()!);
        Assert.True(slowest.GetProperty("number").GetInt32() > 0 && slowest.GetProperty("rows").GetInt64() > 0);
    }

    [Fact]
    public async Task Keys_are_found_both_ways_runs_are_listed_and_connections_are_healthy()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.Request);
        await api.EndAsync(runId);
        var (tenantId, id, legacyId) = await scenario.Target.QueryAsync<(Guid, Guid, long)>(
            """
            SELECT s.tenant_id, s.id, s.legacy_id
            FROM school.student s JOIN migration.run_tenant t USING (tenant_id)
            WHERE t.tenant_key = '2' ORDER BY s.legacy_id LIMIT 1
            """);
        var byLegacyId = await api.GetAsync($"mappings/student/2/{legacyId}");
        Assert.Equal(HttpStatusCode.OK, byLegacyId.Status);
        Assert.Equal(id, byLegacyId.Json.GetProperty("id").GetGuid());
        Assert.Equal(tenantId, byLegacyId.Json.GetProperty("tenantId").GetGuid());
        var byId = await api.GetAsync($"mappings/student/{id}");
        Assert.Equal(byLegacyId.Text, byId.Text);
        // The same number in another district is no row of that district.
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"mappings/student/1/{legacyId}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"mappings/student/{Guid.Empty}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("mappings/nothing/1/1")).Status);

        var listed = Assert.Single((await api.GetAsync("migrations")).Json.GetProperty("migrations").EnumerateArray());
        Assert.Equal(runId, listed.GetProperty("runId").GetString());
        var health = await api.GetAsync("health/connections");
        Assert.Equal(HttpStatusCode.OK, health.Status);
        Assert.Equal("ok", health.Json.GetProperty("status").GetString());
    }

    static void AssertEntity(TenantStatus tenant, string name, long source, long rejected, long filtered)
    {
        var entity = tenant.Entities.Single(e => e.Entity == name);
        Assert.Equal((source, source, rejected, filtered),
            (entity.RowsSource, entity.RowsRead, entity.RowsRejected, entity.RowsFiltered));
        Assert.Equal(source - rejected - filtered, entity.RowsWritten);
    }

    static Task<long> RejectedAsync(Scenario scenario, TenantStatus tenant, string entity, string rule) =>
        scenario.Target.QueryAsync<long>(
            """
            SELECT count(*) FROM migration.rejected_row
            WHERE tenant_id = @TenantId AND entity = @entity AND rule = @rule
            """,
            new { tenant.TenantId, entity, rule });
}
