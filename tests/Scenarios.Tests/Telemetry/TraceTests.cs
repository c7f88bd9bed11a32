using System.Diagnostics;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Telemetry;

/// <summary>One trace from the HTTP request that starts a run to the SQL of its last batch.</summary>
[Collection(CapturedTelemetry.Collection)]
public sealed class TraceTests(TargetServer server)
{
    const string Run =
        """
        POST /api/migrations
          function StartMigration
            PostgreSQL
            SQL Server
            create_orchestration:RunMigration
              orchestration:RunMigration
                activity:CompleteRun
                  PostgreSQL
                activity:ListTenants
                  PostgreSQL
                activity:PlanRun
                  PostgreSQL
                  SQL Server
                activity:Preflight
                  PostgreSQL
                  SQL Server
                activity:PrepareTables
                  PostgreSQL
                orchestration:FinishTables
                  activity:GatherStatistics
                    PostgreSQL
                  activity:ListDropped
                    PostgreSQL
                orchestration:MigrateTenant
                  activity:CompleteTenant
                    PostgreSQL
                  activity:PrepareTenant
                    PostgreSQL
                  orchestration:MigrateEntity
                    activity:CompleteEntity
                      PostgreSQL
                      SQL Server
                    activity:MigrateBatch
                      PostgreSQL
                      migration.batch
                        PostgreSQL
                        SQL Server
                    activity:PlanPage
                      PostgreSQL
                      SQL Server
                orchestration:VerifyRun
                  activity:VerifyEntity
                    PostgreSQL
                    SQL Server
        """;

    [Fact]
    public async Task A_run_is_one_trace_from_its_request_to_the_SQL_of_each_batch()
    {
        var telemetry = new CapturedTelemetry();
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        CapturedTelemetry.Enable(scenario);
        var api = await scenario.HostAsync(setUp: telemetry.AddTo);
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        await scenario.StopAsync();

        var trace = TraceOf(telemetry);
        Assert.Equal(Run, TraceTree.Of(trace));
        var batches = trace.Where(s => s.DisplayName == "migration.batch").ToList();
        Assert.Equal(status.Tenants.Sum(t => t.Entities.Sum(e => e.Batches)), batches.Count);
        Assert.Equal(status.RowsRead, batches.Sum(b => (long)b.GetTagItem("rows")!));
        Assert.All(batches, b => Assert.Equal(status.RunId, b.GetTagItem("migration.run")));
        // Each batch has read, and written, below itself.
        Assert.All(batches, b => Assert.Equal(
            ["Npgsql", "OpenTelemetry.Instrumentation.SqlClient"],
            trace.Where(s => s.ParentSpanId == b.SpanId).Select(s => s.Source.Name).Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_run_stays_one_trace_when_the_host_is_stopped_and_started_in_its_middle()
    {
        var telemetry = new CapturedTelemetry();
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        CapturedTelemetry.Enable(scenario);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", afterRows: 1, occurrence: 3);
        var api = await scenario.HostAsync(setUp: telemetry.AddTo);
        var runId = await api.StartAsync(Schools.Request);
        await held.Reached.WaitAsync(Api.Limit);
        await scenario.StopAsync();
        var before = TraceOf(telemetry).Count;
        scenario.Source.Faults.Clear();
        api = await scenario.HostAsync(setUp: telemetry.AddTo);
        var status = await api.EndAsync(runId);
        await scenario.StopAsync();

        Assert.Equal(States.CompletedWithRejects, status.Status);
        var trace = TraceOf(telemetry);
        Assert.InRange(before, 1, trace.Count - 1);
        Assert.Equal(Run, TraceTree.Of(trace.Where(s => !IsLookUp(s, trace))));
        foreach (var name in new[] { "create_orchestration:RunMigration", "orchestration:RunMigration" })
            Assert.Single(trace, s => s.DisplayName == name);
        Assert.Equal(
            status.Tenants.Sum(t => t.Entities.Count),
            trace.Count(s => s is { DisplayName: "orchestration:MigrateEntity", Kind: ActivityKind.Server }));
    }

    // A process that has just started knows no table yet: whichever activity comes first asks the source for it.
    static bool IsLookUp(Activity span, IEnumerable<Activity> trace) =>
        span.Source.Name == "OpenTelemetry.Instrumentation.SqlClient"
        && trace.Any(p => p.SpanId == span.ParentSpanId
            && p.DisplayName is "activity:MigrateBatch" or "activity:GatherStatistics");

    static List<Activity> TraceOf(CapturedTelemetry telemetry)
    {
        var batch = telemetry.Spans.First(s => s.DisplayName.StartsWith("create_orchestration:RunM", StringComparison.Ordinal));
        return [.. telemetry.Spans.Where(s => s.TraceId == batch.TraceId)];
    }
}
