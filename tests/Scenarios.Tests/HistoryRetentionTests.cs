using System.Net;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>The history of orchestrations after the time for which it is kept.</summary>
public sealed class HistoryRetentionTests(TargetServer server)
{
    [Fact]
    public async Task What_ended_is_purged_and_still_told_by_the_ledger_and_what_is_suspended_stays_and_goes_on()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var ended = await api.StartAsync(new { manifest = "school-district", mode = "dryRun", tenants = new[] { "3" } });
        var before = await api.EndAsync(ended);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var suspended = await api.StartAsync(Schools.Request);
        await held.Reached.WaitAsync(Api.Limit);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{suspended}/suspend")).Status);
        await api.UntilAsync(suspended, s => s.Status == States.Suspended, "is suspended");
        held.Release();
        await scenario.StopAsync();

        var clock = new FakeTimeProvider(new DateTimeOffset(DateTime.UtcNow.Date.AddDays(40), TimeSpan.Zero).AddHours(3));
        api = await scenario.HostAsync(clock);
        clock.Advance(TimeSpan.FromHours(1));
        await PurgedAsync(scenario, ended);
        Assert.NotNull(await scenario.Service<DurableTaskClient>().GetInstanceAsync(suspended));
        Assert.Equal(Api.ToJson(before.Tenants), Api.ToJson((await api.StatusAsync(ended)).Tenants));
        Assert.Equal(before.Status, (await api.StatusAsync(ended)).Status);
        await scenario.StopAsync();

        api = await scenario.HostAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{suspended}/resume")).Status);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(suspended), expected);
    }

    static async Task PurgedAsync(Scenario scenario, string runId)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var limit = new CancellationTokenSource(Api.Limit);
        while (await scenario.Service<DurableTaskClient>().GetInstanceAsync(runId, limit.Token) is not null)
            await timer.WaitForNextTickAsync(limit.Token);
    }
}
