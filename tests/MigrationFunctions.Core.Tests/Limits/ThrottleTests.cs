using CsCheck;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Limits;

public sealed class ThrottleTests
{
    const int Limit = 16;
    static readonly ThrottleOptions Options = new() { Minimum = 2, IntervalSeconds = 10, LatencyFactor = 3 };
    static readonly DateTimeOffset Start = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    static readonly Gen<TargetLoad?> Load = Gen.Select(
        Gen.Double[1, 100], Gen.Int[0, 8], Gen.Int[0, 8], Gen.Int[-40, 20], Gen.Bool,
        (microseconds, active, waiting, age, knowsRows) => new TargetLoad(
            Start.AddSeconds(age), knowsRows ? new Dictionary<string, double> { ["student"] = microseconds } : [],
            Math.Max(active, waiting), waiting, "IO:WALSync")).Null()!;

    static readonly Gen<ThrottleState> State = Gen.Select(
        Gen.Int[2, Limit], Gen.Double[1, 20], Gen.Int[-60, 0],
        (window, best, age) => new ThrottleState(
            window, "", Start.AddSeconds(age), Start.AddSeconds(age), new Dictionary<string, double> { ["student"] = best }));

    [Fact]
    public void Whatever_is_seen_the_window_stays_within_its_bounds() =>
        Gen.Select(State, Load, Gen.Int[1, Limit], Gen.Int[1, Limit]).Sample((state, load, limit, minimum) =>
            Throttle.Next(state, Options with { Minimum = minimum }, limit, load, Start) is var next
            && (ReferenceEquals(next, state) || (next.Window >= Math.Min(minimum, limit) && next.Window <= limit)));

    [Fact]
    public void A_signal_that_is_missing_or_stale_takes_one_writer_off_and_never_adds_one() =>
        Gen.Select(State, Load).Where(
            (state, load) => load is null || load.MeasuredAt <= state.AdjustedAt || Start - load.MeasuredAt > TimeSpan.FromSeconds(10))
            .Sample((state, load) =>
            {
                var next = Throttle.Next(state, Options, Limit, load, Start);
                return ReferenceEquals(next, state)
                    || (next.Window == Math.Max(Options.Minimum, state.Window - 1) && next.Reason == ThrottleState.SignalLost);
            });

    [Fact]
    public void Without_rows_to_compare_the_window_never_grows() =>
        Gen.Select(State, Load).Where((_, load) => load?.MicrosecondsPerRow.Count == 0).Sample(
            (state, load) => Throttle.Next(state, Options, Limit, load, Start).Window <= state.Window);

    [Fact]
    public void Congestion_halves_the_window_and_health_adds_one_writer() =>
        State.Where(s => s.AdjustedAt <= Start.AddSeconds(-10)).Sample(state =>
        {
            var best = state.Best["student"];
            Assert.Equal(Math.Max(2, state.Window / 2), Next(state, best * 3.01).Window);
            Assert.Equal(Math.Max(2, state.Window / 2), Next(state, best, active: 6, waiting: 4).Window);
            Assert.Equal(Math.Min(Limit, state.Window + 1), Next(state, best * 2.9).Window);
            Assert.Equal(Math.Min(Limit, state.Window + 1), Next(state, best, active: 6, waiting: 3).Window);
        });

    [Fact]
    public void A_second_report_within_the_interval_changes_nothing() =>
        Gen.Select(State, Load, Load, Gen.Int[0, 9]).Where((s, _, _, _) => s.AdjustedAt <= Start.AddSeconds(-10)).Sample(
            (state, first, second, later) =>
            {
                var next = Throttle.Next(state, Options, Limit, first, Start);
                return !ReferenceEquals(next, state)
                    && ReferenceEquals(next, Throttle.Next(next, Options, Limit, second, Start.AddSeconds(later)));
            });

    [Fact]
    public void It_comes_down_under_load_and_back_to_the_full_window()
    {
        var windows = new List<int>();
        var state = ThrottleState.Full(8, Start);
        double[] rows = [10, 11, 45, 50, 12, 10, 10, 11, 10, 10, 10, 10];
        for (var i = 0; i < rows.Length; i++)
        {
            var now = Start.AddSeconds(10 * (i + 1));
            state = Throttle.Next(state, Options, 8, Seen(rows[i], now), now);
            windows.Add(state.Window);
        }

        Assert.Equal([8, 8, 4, 2, 3, 4, 5, 6, 7, 8, 8, 8], windows);
        Assert.Equal(ThrottleState.FullWindow, state.Reason);
        Assert.Equal(Start.AddSeconds(100), state.Since);
    }

    [Fact]
    public void The_reason_says_what_was_seen()
    {
        var state = ThrottleState.Full(8, Start.AddMinutes(-1)) with
        {
            Best = new Dictionary<string, double> { ["student"] = 10, ["school"] = 100 },
        };

        Assert.Equal("a row of student takes 4.5 times as long as at best", Next(state, 45).Reason);
        Assert.Equal(
            "sessions wait in 75% of their time, mostly for IO:WALSync", Next(state, 10, active: 8, waiting: 6).Reason);
    }

    [Fact]
    public void An_operators_limits_keep_a_full_window_full_and_a_low_one_low()
    {
        var run = new RunControl(
            "run", RunLimits.Of(new MigrationOptions { TargetWriters = 4 }), ThrottleState.Full(4, Start), 1);
        var low = run with { Throttle = run.Throttle with { Window = 2, Reason = "x" } };
        var eight = run.Limits with { TargetWriters = 8 };

        Assert.Equal(8, run.With(eight, Start).Writers);
        Assert.Equal(2, low.With(eight, Start).Writers);
        Assert.Equal(1, low.With(eight with { TargetWriters = 1 }, Start).Writers);
        Assert.Equal(8, low.With(eight with { Throttle = new() { Mode = ThrottleMode.Off } }, Start).Writers);
    }

    static ThrottleState Next(ThrottleState state, double microseconds, int active = 0, int waiting = 0) =>
        Throttle.Next(state, Options, Limit, Seen(microseconds, Start) with { Active = active, Waiting = waiting }, Start);

    static TargetLoad Seen(double microseconds, DateTimeOffset at) =>
        new(at, new Dictionary<string, double> { ["student"] = microseconds }, 0, 0, "IO:WALSync");
}
