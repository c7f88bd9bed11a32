using System.Net;
using LocalRuntime;
using LocalSqlServer;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL while an operator suspends, resumes, terminates or signals a run that stands still within a
/// batch.</summary>
public sealed class KilledInARequestTests(TargetServer server)
{
    [Theory]
    [InlineData("control.suspend:2")]
    [InlineData(RuntimeSeams.SuspendBeforeCommit + ":1")]
    [InlineData(RuntimeSeams.SuspendAfterCommit + ":1")]
    public async Task A_run_can_be_resumed_after_a_kill_in_suspend_at(string point)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var runId = await KillAsync(scenario, point, "suspend");

        var api = await scenario.HostAsync();
        await SteerAsync(api, runId, "suspend");
        await SteerAsync(api, runId, "resume");
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Theory]
    [InlineData("control.resume:1")]
    [InlineData(RuntimeSeams.ResumeAfterCommit + ":1")]
    public async Task A_run_can_be_resumed_after_a_kill_in_resume_at(string point)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var runId = await KillAsync(scenario, point, "suspend", "resume");

        var api = await scenario.HostAsync();
        await SteerAsync(api, runId, "resume");
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Theory]
    [InlineData("control.terminate:2")]
    public async Task A_new_run_goes_on_after_a_kill_in_terminate_at(string point)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var runId = await KillAsync(scenario, point, "terminate");

        var api = await scenario.HostAsync();
        await SteerAsync(api, runId, "terminate");
        await api.EndAsync(runId);
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }

    [Fact]
    public async Task A_run_goes_on_after_a_kill_while_an_event_is_raised()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var (service, api, held, started) = await StandStillAsync(scenario, RuntimeSeams.EventBeforeCommit);
        var raise = started.Json.GetProperty("management").GetProperty("sendEventPostUri").GetString()!
            .Replace("{eventName}", "anything", StringComparison.Ordinal);
        // The address brings the system key; a function key in the header would win over it.
        var keyless = scenario.Client(new Uri(api.Address, "/"), key: null);
        await Assert.ThrowsAsync<HttpRequestException>(() => keyless.PostAsync(raise, new { }));
        await Killing.AssertKilledAsync(service, RuntimeSeams.EventBeforeCommit);
        held.Release();

        var next = await scenario.HostAsync();
        var status = await next.EndAsync(started.Json.GetProperty("runId").GetString()!);
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
    }

    // The last request is the one that meets the fault point.
    static async Task<string> KillAsync(Scenario scenario, string point, params string[] requests)
    {
        var (service, api, held, started) = await StandStillAsync(scenario, point);
        var runId = started.Json.GetProperty("runId").GetString()!;
        foreach (var request in requests[..^1])
            Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/{request}")).Status);
        await Assert.ThrowsAsync<HttpRequestException>(() => api.PostAsync($"migrations/{runId}/{requests[^1]}"));
        await Killing.AssertKilledAsync(service, point);
        held.Release();
        return runId;
    }

    static async Task<(ServiceProcess Service, Api Api, Fault Held, Answer Started)> StandStillAsync(
        Scenario scenario, string point)
    {
        var held = scenario.Source.Faults.HoldRows(contains: "FROM [dbo].[Student]", occurrence: 3);
        var service = scenario.Serve(point);
        var api = scenario.Client(await service.AddressAsync());
        var started = await api.PostAsync("migrations", Schools.Request);
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        await held.Reached.WaitAsync(Api.Limit);
        return (service, api, held, started);
    }

    // A run that has ended meanwhile refuses; then there is nothing to steer.
    static async Task SteerAsync(Api api, string runId, string request)
    {
        var answer = await api.PostAsync($"migrations/{runId}/{request}");
        Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, $"{request}: {answer}");
    }
}
