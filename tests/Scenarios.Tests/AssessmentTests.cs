using LocalSqlServer.SchoolDatabase;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Assessment results in local times of districts that lie in several time zones, some under Windows
/// names.</summary>
public sealed class AssessmentTests(TargetServer server)
{
    static readonly SchoolOptions Options = new(Seed: 11, Rows: 8_000, Districts: 5, Assessments: 40_000);

    [Theory]
    [InlineData("direct")]
    [InlineData("staged")]
    public async Task Every_result_and_every_changed_value_is_accounted_for(string writePath)
    {
        var facts = SchoolFacts.Of(Options);
        await using var scenario = await Scenario.CreateAsync(server, SchoolDatabase.Create(Options));
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(
            new { manifest = "school-district", mode = "full", options = new { batchSize = 3_000, writePath } }));
        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.True(status.IsConserved);
        foreach (var district in facts.Districts)
        {
            var expected = district.Assessments;
            var tenant = status.Tenants.Single(t => t.Tenant == $"{district.District}");
            var entity = tenant.Entities.Single(e => e.Entity == "assessment_result");
            var rejected =
                expected.Orphans + expected.OfAnotherDistrict + expected.OfBadNames + expected.OfTestStudents;
            Assert.Equal(
                (expected.Rows, expected.Rows, rejected, expected.Rows - rejected),
                (entity.RowsSource, entity.RowsRead, entity.RowsRejected, entity.RowsWritten));
            Assert.Equal(
                Counted(
                    ("notes:nulRemoved", expected.KeptNulNotes),
                    ("tested_at:ambiguousTime", expected.KeptAmbiguousTimes),
                    ("tested_at:skippedTime", expected.KeptSkippedTimes)),
                entity.Adjusted.OrderBy(a => a.Key, StringComparer.Ordinal));
            // PostgreSQL itself reads the raw local values alike, but for those that occurred twice.
            var differ = await scenario.Target.QueryAsync<long>(
                """
                SELECT count(*) FROM school.assessment_result
                WHERE tenant_id = @TenantId AND tested_at <> tested_at_local AT TIME ZONE @zone
                """,
                new { tenant.TenantId, zone = Zone(district.District) });
            Assert.Equal(expected.KeptAmbiguousTimes, differ);
        }

        Assert.True(facts.Districts.Sum(d => d.Assessments.KeptSkippedTimes) > 0, "No time to be told apart.");
        await scenario.Target.AssertAppliedOnceAsync();
    }

    [Fact]
    public async Task Districts_without_a_known_time_zone_are_all_named_before_anything_is_written()
    {
        var legacy = SchoolDatabase.Create(Options with { Rows = 100, Assessments = 100 });
        legacy.Table("dbo.District").Update(d => d["DistrictID"] is 2, d => d["TimeZone"] = "Mars/Olympus");
        legacy.Table("dbo.District").Update(d => d["DistrictID"] is 5, d => d["TimeZone"] = "");
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        var api = await scenario.HostAsync();

        var status = await api.EndAsync(await api.StartAsync(new { manifest = "school-district", mode = "full" }));

        Assert.Equal(States.Failed, status.Status);
        var finding = Assert.Single(status.Findings, f => f.Severity == ProblemSeverity.Error);
        Assert.Equal(ErrorCodes.TenantZoneUnknown, finding.Code);
        Assert.Contains("2 ('Mars/Olympus'), 5 (none).", finding.Message, StringComparison.Ordinal);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM school.district"));

        // Who is not migrated needs no zone.
        var others = new { manifest = "school-district", mode = "full", tenants = new[] { "1", "4" } };
        status = await api.EndAsync(await api.StartAsync(others));
        Assert.Equal((true, 2), (status.IsConserved, status.Tenants.Count));
    }

    static string Zone(int district) => district switch
    {
        1 => "America/Chicago",
        2 => "America/New_York",
        3 => "America/Denver",
        4 => "America/Los_Angeles",
        _ => "America/Phoenix",
    };

    static IEnumerable<KeyValuePair<string, long>> Counted(params (string Name, long Values)[] counts) =>
        counts.Where(c => c.Values > 0).Select(c => KeyValuePair.Create(c.Name, c.Values));
}
