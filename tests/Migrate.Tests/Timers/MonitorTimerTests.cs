using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Timers;

namespace Migrate.Tests.Timers;

public sealed class MonitorTimerTests
{
    static readonly DateTime Due = new(2026, 11, 26, 8, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(1, 90)]
    [InlineData(5, 330)]
    [InlineData(0, 90)]
    public void A_look_is_shown_until_half_a_minute_after_the_next_and_never_less_than_a_minute_and_a_half(
        int minutesSinceLast, int seconds) => Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            MonitorTimer.ValidFor(new ScheduleStatus { Last = Due.AddMinutes(-minutesSinceLast), Next = Due, LastUpdated = Due }));

    [Fact]
    public void The_first_look_has_no_period_to_go_by()
    {
        Assert.Equal(TimeSpan.FromSeconds(90), MonitorTimer.ValidFor(null));
        Assert.Equal(TimeSpan.FromSeconds(90), MonitorTimer.ValidFor(new ScheduleStatus { Next = Due }));
    }
}
