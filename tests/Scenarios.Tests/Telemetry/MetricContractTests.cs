using Microsoft.Extensions.DependencyInjection;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Ledger;
using OpenTelemetry.Metrics;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Telemetry;

/// <summary>Every metric is there with exactly its dimensions, and says what the ledger says.</summary>
[Collection(CapturedTelemetry.Collection)]
public sealed class MetricContractTests(TargetServer server)
{
    [Fact]
    public async Task Every_instrument_is_emitted_with_exactly_its_dimensions_and_agrees_with_the_ledger()
    {
        var telemetry = new CapturedTelemetry();
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Create(), "rehearsal");
        CapturedTelemetry.Enable(scenario);
        scenario.Settings["MonitorSchedule"] = "* * * * * *";
        scenario.Settings["Migration:RehearsalConnection"] = scenario.Target.Writer;
        scenario.Settings["Migration:RehearsalDirectConnection"] = scenario.Target.Direct;
        var api = await scenario.HostAsync(setUp: host =>
        {
            telemetry.AddTo(host);
            host.Services.AddSingleton<ICredentialExpiry>(new KnownExpiry());
        });

        var rehearsed = await api.EndAsync(await api.StartAsync(Request("rehearsal")));
        scenario.Source.Faults.Deadlock(contains: "[EntryCode]", occurrence: 2);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var runId = await api.StartAsync(Request("full"));
        await held.Reached.WaitAsync(Api.Limit);
        await api.PatchAsync($"migrations/{runId}", new { targetWriters = 2, throttle = new { mode = "off" } });
        await UntilAsync(telemetry, MetricNames.RunsActive, point => point.GetGaugeLastValueLong() == 1);
        await UntilAsync(telemetry, MetricNames.HeartbeatAge, point => point.GetGaugeLastValueDouble() > 0);
        await UntilAsync(
            telemetry, MetricNames.Throughput, point => Tag(point, "kind") == "rehearsal" && point.GetGaugeLastValueDouble() > 0);
        held.Release();
        var migrated = await api.EndAsync(runId);
        Assert.Equal(States.CompletedWithRejects, migrated.Status);
        await api.ReconcileAsync(new { manifest = "school-district", depth = "counts" });
        await UntilAsync(telemetry, MetricNames.RunsActive, point => point.GetGaugeLastValueLong() == 0);
        await scenario.StopAsync();

        var metrics = telemetry.Metrics.Where(m => m.MeterName == Metrics.Name).ToLookup(m => m.Name, StringComparer.Ordinal);
        Assert.Equal(
            MetricContract.All.Select(p => p.Name).Order(StringComparer.Ordinal),
            metrics.Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.All(MetricContract.All, promise => AssertKept(promise, [.. metrics[promise.Name]]));
        var rows = metrics[MetricNames.Rows].Last();
        Assert.Equal(rehearsed.RowsRead + migrated.RowsRead, Sum(rows, "read"));
        Assert.Equal(rehearsed.RowsWritten + migrated.RowsWritten, Sum(rows, "written"));
        Assert.Equal(rehearsed.RowsRejected + migrated.RowsRejected, Sum(rows, "rejected"));
        Assert.Equal(rehearsed.RowsFiltered + migrated.RowsFiltered, Sum(rows, "filtered"));
        Assert.Equal(Sum(rows, "rejected"), metrics[MetricNames.Rejects].Last().MetricPoints.Sum(p => p.GetSumLong()));
        Assert.Equal(1, metrics[MetricNames.Retries].Last().MetricPoints.Sum(p => p.GetSumLong()));
        Assert.Equal(1, metrics[MetricNames.BatchFailures].Last().MetricPoints.Sum(p => p.GetSumLong()));
        Assert.Equal(["direct", "staged"], Values(metrics[MetricNames.BatchDuration].Last(), "path"));
        Assert.Equal(["operator"], Values(metrics[MetricNames.Throttle].Last(), "reason"));
        Assert.Equal(["1", "2", "3"], Values(rows, "migration.tenant"));
    }

    [Fact]
    public async Task A_figure_that_cannot_be_had_is_left_out_and_told_with_its_code()
    {
        var telemetry = new CapturedTelemetry();
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        CapturedTelemetry.Enable(scenario);
        scenario.Settings["MonitorSchedule"] = "* * * * * *";
        await scenario.Target.ExecuteAsync(
            "ALTER TABLE migration.run_control RENAME COLUMN limits TO hidden_limits");
        await scenario.HostAsync(setUp: telemetry.AddTo);
        await UntilAsync(telemetry, MetricNames.RunsActive, point => point.GetGaugeLastValueLong() == 0);
        await scenario.StopAsync();

        var names = telemetry.Metrics.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(MetricNames.HeartbeatAge, names);
        Assert.DoesNotContain(MetricNames.RejectsOverLimit, names);
        Assert.Contains("MIG6040", telemetry.LogText, StringComparison.Ordinal);
        Assert.Contains(MetricNames.RejectsOverLimit, telemetry.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_rests_has_no_heartbeat_and_one_over_its_reject_limit_is_counted()
    {
        var telemetry = new CapturedTelemetry();
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        CapturedTelemetry.Enable(scenario);
        scenario.Settings["MonitorSchedule"] = "* * * * * *";
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 1);
        var api = await scenario.HostAsync(setUp: telemetry.AddTo);
        var runId = await api.StartAsync(
            new { manifest = "school-district", mode = "full", options = new { batchSize = 100, rejectLimit = 0 } });
        await held.Reached.WaitAsync(Api.Limit);
        await UntilAsync(telemetry, MetricNames.HeartbeatAge, point => point.GetGaugeLastValueDouble() > 0);

        await api.PostAsync($"migrations/{runId}/suspend");
        await UntilWithoutHeartbeatAsync(telemetry);
        await api.PostAsync($"migrations/{runId}/resume");
        await UntilAsync(telemetry, MetricNames.HeartbeatAge, point => point.GetGaugeLastValueDouble() > 0);
        var always = new
        {
            days = new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" },
            from = $"{DateTime.UtcNow.AddHours(-6):HH:mm}", to = $"{DateTime.UtcNow.AddHours(6):HH:mm}", timeZone = "UTC",
        };
        await api.PatchAsync($"migrations/{runId}", new { blackouts = new[] { always } });
        await UntilWithoutHeartbeatAsync(telemetry);
        await api.PatchAsync($"migrations/{runId}", new { blackouts = Array.Empty<object>() });
        held.Release();

        Assert.Equal(States.Failed, (await api.EndAsync(runId)).Status);
        await UntilAsync(telemetry, MetricNames.RejectsOverLimit, point => point.GetGaugeLastValueLong() == 1);
    }

    static object Request(string mode) =>
        new { manifest = "school-district", mode, options = new { batchSize = 100, targetWriters = 3 } };

    static void AssertKept(Promise promise, IReadOnlyList<MetricSnapshot> snapshots) => Assert.All(snapshots, metric =>
    {
        Assert.Equal((promise.Type, promise.Unit), (metric.MetricType, metric.Unit));
        Assert.NotEmpty(metric.MetricPoints);
        Assert.All(metric.MetricPoints, point => Assert.Equal(
            promise.Dimensions.Order(StringComparer.Ordinal), TagsOf(point).Keys.Order(StringComparer.Ordinal)));
    });

    static async Task UntilAsync(CapturedTelemetry telemetry, string name, Func<MetricPoint, bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var since = TimeProvider.System.GetTimestamp();
        while (telemetry.Measure().LastOrDefault(m => m.Name == name)?.MetricPoints.Any(isSo) != true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Api.Limit, $"{name} does not come to it: {telemetry.LogText}");
            await timer.WaitForNextTickAsync();
        }
    }

    // The run is seen, and not waited for.
    static async Task UntilWithoutHeartbeatAsync(CapturedTelemetry telemetry)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var before = telemetry.Metrics.Count;
            var now = telemetry.Measure().Skip(before).ToList();
            if (now.Any(m => m.Name == MetricNames.RunsActive && m.MetricPoints.Any(p => p.GetGaugeLastValueLong() == 1))
                && now.All(m => m.Name != MetricNames.HeartbeatAge))
                return;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Api.Limit, "The run still has a heartbeat.");
            await timer.WaitForNextTickAsync();
        }
    }

    static long Sum(MetricSnapshot rows, string outcome) =>
        rows.MetricPoints.Where(p => Tag(p, "outcome") == outcome).Sum(p => p.GetSumLong());

    static IEnumerable<string> Values(MetricSnapshot metric, string tag) =>
        metric.MetricPoints.Select(p => Tag(p, tag)!).Distinct().Order(StringComparer.Ordinal);

    static string? Tag(MetricPoint point, string name) => TagsOf(point).GetValueOrDefault(name)?.ToString();

    static Dictionary<string, object?> TagsOf(MetricPoint point)
    {
        var tags = new Dictionary<string, object?>();
        foreach (var (name, value) in point.Tags)
            tags.Add(name, value);
        return tags;
    }

    sealed class KnownExpiry : ICredentialExpiry
    {
        public IReadOnlyList<CredentialExpiry> Known { get; } =
            [new("Source", "secret", DateTimeOffset.UtcNow.AddDays(30)), new("Target", "token", DateTimeOffset.UtcNow.AddHours(1))];
    }
}
