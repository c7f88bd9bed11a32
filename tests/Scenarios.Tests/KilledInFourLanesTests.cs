using System.Net;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL while four batches are written at a time and more wait for their slots.</summary>
public sealed class KilledInFourLanesTests(TargetServer server)
{
    static object Lanes(int slots) => new
    {
        manifest = "school-district", mode = "full",
        options = new
        {
            batchSize = 60, batchWindow = 4, tenantWindow = 2, sourceReaders = slots, targetWriters = slots,
            throttle = new { intervalSeconds = 1 },
        },
    };

    [Theory]
    [InlineData("slot.taken:9")]
    [InlineData("copy.mid-copy:13")]
    [InlineData("target.before-commit:19")]
    [InlineData("batch.after:25")]
    [InlineData("entity.flushed:5")]
    [InlineData("throttle.before-change:1")]
    [InlineData("throttle.after-change:1")]
    public Task A_run_in_four_lanes_goes_on_and_applies_nothing_twice_after_a_kill_at(string point) =>
        Killing.AtAsync(server, Schools.Small, Lanes(slots: 4), point);

    // With one slot for two tenants at once nearly every batch waits.
    [Fact]
    public Task A_run_whose_lanes_wait_for_one_slot_goes_on_and_applies_nothing_twice_after_a_kill_at_a_wait() =>
        Killing.AtAsync(server, Schools.Small, Lanes(slots: 1), "slot.none-free:2");

    [Fact]
    public async Task Limits_that_were_changed_when_the_process_died_are_in_force_after_the_restart()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var service = scenario.Serve("control.adjusted");
        var dying = scenario.Client(await service.AddressAsync());
        var runId = await dying.StartAsync(Schools.Request);
        await held.Reached.WaitAsync(Api.Limit);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => dying.PatchAsync($"migrations/{runId}", new { targetWriters = 2 }));
        await Killing.AssertKilledAsync(service, "control.adjusted");
        held.Release();

        var api = await scenario.HostAsync();
        var again = await api.PatchAsync($"migrations/{runId}", new { sourceReaders = 3 });
        // A run that has ended meanwhile refuses; its limits are still told.
        Assert.True(again.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{again}");
        Assert.Equal(2, (await api.StatusAsync(runId)).Throttle!.Limit);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }
}
