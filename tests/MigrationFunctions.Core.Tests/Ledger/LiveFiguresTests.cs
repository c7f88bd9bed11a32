using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Core.Tests.Ledger;

public sealed class LiveFiguresTests
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_told_before_the_first_batch_is_committed()
    {
        Assert.Null(LiveFigures.Of([], true, At));
        Assert.Null(LiveFigures.Of([new SliceWork("1", "student", 1_000)], true, At));
    }

    [Fact]
    public void Overall_is_since_the_first_batch_began_and_now_is_the_last_half_minute()
    {
        var live = LiveFigures.Of([Work(began: 100, done: 2, rows: 50_000, recent: 30_000, left: 20_000)], true, At)!;

        Assert.Equal(500, live.RowsPerSecond);
        Assert.Equal(0.05, live.MegabytesPerSecond);
        Assert.Equal(1_000, live.RowsPerSecondNow);
        Assert.Equal(0.1, live.MegabytesPerSecondNow);
        Assert.Equal((20_000, 20), (live.RowsLeft, live.SecondsLeft));
        Assert.Equal(At.AddSeconds(20), live.Eta);
    }

    [Fact]
    public void Slices_side_by_side_add_up_and_the_slowest_batch_of_all_is_named()
    {
        var slow = new SlowestBatch("2", "student", 7, 10_000, 9.5);
        var live = LiveFigures.Of(
            [
                Work(began: 50, done: 1, rows: 10_000, recent: 6_000, left: 1_000)
                    with { Slowest = new SlowestBatch("1", "student", 1, 10_000, 2) },
                Work(began: 100, done: 10, rows: 40_000, recent: 24_000, left: 4_000) with { Slowest = slow },
                new SliceWork("3", "student", 5_000),
            ],
            true, At)!;

        Assert.Equal((500, 1_000), (live.RowsPerSecond, live.RowsPerSecondNow));
        Assert.Equal((10_000, 10), (live.RowsLeft, live.SecondsLeft));
        Assert.Equal(slow, live.SlowestBatch);
    }

    [Fact]
    public void What_is_left_is_not_known_while_one_part_has_not_been_counted()
    {
        var live = LiveFigures.Of(
            [Work(began: 100, done: 2, rows: 50_000, recent: 30_000, left: 20_000), new SliceWork("1", "enrollment", null)],
            true, At)!;

        Assert.Equal(1_000, live.RowsPerSecondNow);
        Assert.Null(live.RowsLeft);
        Assert.Null(live.SecondsLeft);
        Assert.Null(live.Eta);
    }

    [Fact]
    public void Work_that_has_ended_or_is_held_up_has_no_present()
    {
        var live = LiveFigures.Of([Work(began: 1_000, done: 900, rows: 50_000, recent: 0, left: 10)], false, At)!;

        Assert.Equal(500, live.RowsPerSecond);
        Assert.Null(live.RowsPerSecondNow);
        Assert.Null(live.MegabytesPerSecondNow);
        Assert.Equal(10, live.RowsLeft);
        Assert.Null(live.SecondsLeft);
    }

    [Fact]
    public void With_no_batch_of_late_the_overall_speed_stands_in_for_what_is_left()
    {
        var live = LiveFigures.Of([Work(began: 100, done: 60, rows: 50_000, recent: 0, left: 1_000)], true, At)!;

        Assert.Equal((0, 2), (live.RowsPerSecondNow, live.SecondsLeft));
    }

    [Fact]
    public void A_young_run_is_measured_by_its_own_age_and_a_second_at_least()
    {
        var young = LiveFigures.Of([Work(began: 10, done: 1, rows: 5_000, recent: 5_000, left: 0)], true, At)!;
        var newborn = LiveFigures.Of([Work(began: 0.001, done: 0, rows: 5_000, recent: 5_000, left: 0)], true, At)!;

        Assert.Equal((500, 500), (young.RowsPerSecond, young.RowsPerSecondNow));
        Assert.Equal((5_000, 5_000), (newborn.RowsPerSecond, newborn.RowsPerSecondNow));
        Assert.Equal((0, At), (young.SecondsLeft, young.Eta));
    }

    // 100 bytes a row.
    static SliceWork Work(double began, double done, long rows, long recent, long left) => new(
        "1", "student", left, rows, rows * 100, recent, recent * 100, At.AddSeconds(-began), At.AddSeconds(-done));
}
