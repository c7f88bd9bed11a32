using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Tests.Copying;

namespace MigrationFunctions.Core.Tests.Diagnostics;

/// <summary>Metrics are bounded in their values and cost next to nothing.</summary>
public sealed class MetricsTests
{
    static readonly DateTimeOffset Start = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_tenants_keep_their_keys_and_all_later_ones_are_one()
    {
        var tenants = new TenantDimension(3);
        Assert.Equal(
            ["7", "8", "7", "9", "other", "other", "9", "8"],
            new[] { "7", "8", "7", "9", "10", "11", "9", "8" }.Select(tenants.Of));
    }

    [Fact]
    public void However_many_threads_ask_there_are_no_more_values_than_the_bound()
    {
        var tenants = new TenantDimension(100);
        var given = new ConcurrentBag<string>();
        Parallel.For(0, 20_000, i => given.Add(tenants.Of($"{i % 400}")));
        Assert.InRange(given.Distinct().Count(), 2, 101);
        Assert.Equal(100, Enumerable.Range(0, 400).Select(i => tenants.Of($"{i}")).Distinct().Count(v => v != TenantDimension.Other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_is_recorded_without_a_byte_of_memory_whether_anybody_listens_or_not(bool listens)
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (listens && instrument.Meter.Name == Metrics.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        listener.Start();
        var slice = new Slice("full", "school-district", Guid.Empty, "7", "student");
        var result = new BatchResult(10, 9, 0, new Dictionary<string, long>(), "", WritePath.Direct) { BytesWritten = 900 };
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 100; i++)
                Metrics.BatchDone(RunMode.Full, slice, result, [], TimeSpan.FromSeconds(1));
        }));
    }

    [Fact]
    public void The_gauges_of_the_monitor_show_a_reading_until_it_is_too_old_and_no_part_that_could_not_be_had()
    {
        var clock = new SetClock { Now = Start };
        Metrics.Show(new MonitorReading(clock, Start.AddMinutes(1))
        {
            ActiveRuns = new Dictionary<string, long> { ["gauges"] = 2 },
            Credentials = [new CredentialExpiry("Source", "secret", Start.AddHours(1))],
        });

        Assert.Equal(
            [("migration.credential.expires_in", 3_600.0), ("migration.runs.active", 2.0)], Observe());
        clock.Now = Start.AddSeconds(59);
        Assert.Equal(
            [("migration.credential.expires_in", 3_541.0), ("migration.runs.active", 2.0)], Observe());
        clock.Now = Start.AddMinutes(1);
        Assert.Empty(Observe());
    }

    [Theory]
    [InlineData(ThrottleState.FullWindow, "fullWindow")]
    [InlineData(ThrottleState.SignalLost, "signalLost")]
    [InlineData("limits changed by an operator", "operator")]
    public void A_reason_without_figures_has_its_kind(string reason, string kind) =>
        Assert.Equal(kind, Throttle.KindOf(reason));

    [Fact]
    public void Every_reason_of_the_throttle_has_a_kind_without_its_figures()
    {
        var options = new ThrottleOptions { Minimum = 1, IntervalSeconds = 10, LatencyFactor = 3 };
        var state = new ThrottleState(4, "", Start, Start, new Dictionary<string, double> { ["student"] = 1 });
        string KindOf(int active, int waiting, double microseconds) => Throttle.KindOf(Throttle.Next(
            state, options, 8,
            new TargetLoad(
                Start.AddSeconds(11), new Dictionary<string, double> { ["student"] = microseconds }, active, waiting, "IO:WALSync"),
            Start.AddSeconds(12)).Reason);

        Assert.Equal(["waiting", "slow", "recovering"], [KindOf(8, 8, 1), KindOf(0, 0, 9), KindOf(0, 0, 1)]);
    }

    static IEnumerable<(string, double)> Observe()
    {
        var seen = new List<(string, double)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == Metrics.Name && instrument.IsObservable && instrument.Name != MetricNames.Window)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.Add((instrument.Name, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen.OrderBy(s => s.Item1, StringComparer.Ordinal);
    }

    sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
