using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A target that is away for a while costs time, and no tenant.</summary>
public sealed class OutageTests(TargetServer server)
{
    [Theory]
    [InlineData("stopped", 6)]
    [InlineData("read-only", 6)]
    public Task No_tenant_fails_by_an_outage_in_the_middle_of_a_run(string how, int seconds) => OutlastAsync(how, seconds);

    /// <summary>Run by hand, as long as a failover takes: <c>dotnet run --project tests/Scenarios.Tests -- -explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [InlineData("stopped", 90)]
    [InlineData("read-only", 90)]
    public Task No_tenant_fails_by_a_failover_in_the_middle_of_a_run(string how, int seconds) => OutlastAsync(how, seconds);

    async Task OutlastAsync(string how, int seconds)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "outage");
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 2);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.Request);
        await held.Reached.WaitAsync(Api.Limit);

        var (begin, end) = how == "stopped"
            ? ("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true")
            : ("SET default_transaction_read_only = on", "RESET default_transaction_read_only");
        await scenario.Target.OnServerAsync($"ALTER DATABASE \"{scenario.Target.Name}\" {begin}");
        await scenario.Target.OnServerAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{scenario.Target.Name}'");
        held.Release();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        await scenario.Target.OnServerAsync($"ALTER DATABASE \"{scenario.Target.Name}\" {end}");
        // A primary that was fenced off ends its sessions when it comes back.
        await scenario.Target.OnServerAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{scenario.Target.Name}'");

        var status = await api.EndAsync(runId);
        Assert.All(status.Tenants, t => Assert.True(t.Status is States.Completed or States.CompletedWithRejects, Api.ToJson(status)));
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }
}
