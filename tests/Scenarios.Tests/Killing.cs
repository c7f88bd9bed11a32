using System.Net;
using LocalSqlServer.Storage;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Ends the serving process by SIGKILL at a named point, starts it again, and holds the outcome against a
/// run that was left in peace: the same bytes in every table, the same figures, no batch applied twice.</summary>
static class Killing
{
    /// <summary>One run, killed at each of the points one after the other.</summary>
    public static async Task AtAsync(
        TargetServer server, LegacyDatabase legacy, object request, params string[] points)
    {
        var expected = await server.Undisturbed.TracesAsync(legacy, request);
        await using var scenario = await Scenario.CreateAsync(server, legacy, "killed");
        await OnAsync(scenario, request, expected, points);
    }

    /// <summary>The same on a scenario of the test's own.</summary>
    public static async Task OnAsync(Scenario scenario, object request, RunTraces expected, params string[] points)
    {
        string? runId = null;
        foreach (var point in points)
            runId = await KillAsync(scenario, runId, request, point);
        await GoOnAsync(scenario, runId, request, expected);
    }

    /// <summary>Serves again without a fault point, follows or restarts the run, and compares. The second service is
    /// in this process, which has its code compiled already; it shares nothing with the first but hub and
    /// databases.</summary>
    public static async Task GoOnAsync(Scenario scenario, string? runId, object request, RunTraces expected)
    {
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await FollowAsync(api, runId, request));
        await AssertAsUndisturbedAsync(scenario, status, expected);
    }

    public static async Task AssertAsUndisturbedAsync(Scenario scenario, MigrationStatus status, RunTraces expected)
    {
        Assert.True(status.IsConserved, Api.ToJson(status));
        expected.AssertSame(await RunTraces.OfAsync(scenario.Target, status));
        await scenario.Target.AssertAppliedOnceAsync();
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    /// <summary>Fails when the process does not die by SIGKILL: a point that is never passed proves nothing.</summary>
    public static async Task AssertKilledAsync(ServiceProcess service, string point)
    {
        var code = await service.ExitAsync();
        Assert.True(code == ServiceProcess.Killed,
            $"The process ended with {code}, not by SIGKILL at {point}:\n{service.Errors}");
    }

    static async Task<string?> KillAsync(Scenario scenario, string? runId, object request, string point)
    {
        var service = scenario.Serve(point);
        try
        {
            var api = scenario.Client(await service.AddressAsync());
            runId = await FollowAsync(api, runId, request);
        }
        catch (HttpRequestException)
        {
            // The process died within the request: the operator saw no run id.
        }
        await AssertKilledAsync(service, point);
        return runId;
    }

    // What an operator's script does after a crash: look whether the run is there, and start it where it is not.
    static async Task<string> FollowAsync(Api api, string? runId, object request)
    {
        var known = runId ?? await NewestAsync(api);
        return known is not null && (await api.StatusAsync(known)).Status != States.Interrupted
            ? known
            : await api.StartAsync(request);
    }

    static async Task<string?> NewestAsync(Api api)
    {
        var answer = await api.GetAsync("migrations");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Json.GetProperty("migrations").EnumerateArray().Select(r => r.GetProperty("runId").GetString())
            .FirstOrDefault();
    }
}
