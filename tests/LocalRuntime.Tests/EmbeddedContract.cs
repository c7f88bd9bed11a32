namespace LocalRuntime.Tests;

/// <summary>
/// The contract on the embedded task hub, with what needs its clock or ends it as a crash would: with orchestrators kept in
/// memory and with replay in every turn.
/// </summary>
public abstract partial class EmbeddedContract(bool extendedSessions) : OrchestrationContract
{
    private protected override Task<TestHost> StartAsync() => StartAsync(onSeam: null);

    Task<TestHost> StartAsync(Action<string>? onSeam, int? maxLiveSessions = null) =>
        TestHost.StartAsync(extendedSessions, onSeam, maxLiveSessions: maxLiveSessions);

    [Fact]
    public async Task Ids_and_times_are_the_same_after_replay()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Values");
        var waiting = await host.UntilAsync(id, found => found.SerializedCustomStatus is not null);
        var first = waiting.ReadCustomStatusAs<string>();
        await host.World.UntilCount("Gated.values", 1);
        await host.CrashAndReopenAsync();
        host.Time.Advance(TimeSpan.FromHours(5));
        host.World.Release("values");
        var values = (await host.EndOfAsync(id)).ReadOutputAs<string[]>()!;
        Assert.Equal(first, values[0]);
        Assert.Equal("2026-03-01T08:00:00.0000000Z", values[2]);
        Assert.Equal(3, new[] { values[0], values[1], values[3] }.Distinct().Count());
        Assert.All([values[0], values[1], values[3]], value => Assert.Equal('5', value[14]));
    }
}

public sealed class With_extended_sessions() : EmbeddedContract(extendedSessions: true);

public sealed class With_replay_in_every_turn() : EmbeddedContract(extendedSessions: false);
