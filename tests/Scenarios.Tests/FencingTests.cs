using System.Net;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What has ended writes nothing any more, and what changes state is carried through whether or not the caller
/// waits.</summary>
public sealed class FencingTests(TargetServer server)
{
    const string DoneBatches = "SELECT count(*) FROM migration.batch_state WHERE state = 'done'";

    static readonly object SmallBatches = new
    {
        manifest = "school-district", mode = "full", options = new { batchSize = 20, batchWindow = 4, tenantWindow = 3 },
    };

    static readonly int[] Moments = [0, 1, 3, 10, 30, 60, 100, 200, 350, 700];

    [Fact]
    public async Task Twenty_runs_that_are_terminated_under_load_and_followed_at_once_leave_what_one_undisturbed_run_leaves()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, SmallBatches);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(SmallBatches);
        for (var i = 0; i < 20; i++)
        {
            var before = await scenario.Target.QueryAsync<long>(DoneBatches);
            await api.UntilAsync(
                runId, s => s.FinishedAt is not null || s.Tenants.Sum(t => t.Entities.Sum(e => e.BatchesDone)) > before, "moves on");
            var answer = await api.PostAsync($"migrations/{runId}/terminate");
            Assert.True(answer.Status == HttpStatusCode.Accepted || answer.Codes is [ErrorCodes.RunNotSteerable], $"{answer}");
            var ended = Api.ToJson(await api.EndAsync(runId));
            var next = await api.StartAsync(SmallBatches);
            Assert.Equal(ended, Api.ToJson(await api.StatusAsync(runId)));
            runId = next;
        }

        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_who_goes_away_at_any_moment_leaves_nothing_half_steered(bool onAzureStorage)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, SmallBatches);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        if (onAzureStorage)
            await scenario.UseNewHubAsync();
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(SmallBatches);
        foreach (var moment in Moments)
        {
            if (await CutAsync(api, runId, "suspend", moment) is States.Suspended)
            {
                Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/suspend")).Status);
                var done = await scenario.Target.QueryAsync<long>(DoneBatches);
                for (var look = 0; look < 5; look++)
                    Assert.Equal(States.Suspended, (await api.StatusAsync(runId)).Status);
                // What was in flight may have committed, and nothing after it.
                Assert.InRange(await scenario.Target.QueryAsync<long>(DoneBatches), done, done + 12);
            }
            await CutAsync(api, runId, "resume", moment);
            await api.PostAsync($"migrations/{runId}/resume");
        }
        foreach (var moment in Moments)
        {
            await CutAsync(api, runId, "terminate", moment);
            var again = await api.PostAsync($"migrations/{runId}/terminate");
            Assert.True(again.Status == HttpStatusCode.Accepted || again.Codes is [ErrorCodes.RunNotSteerable], $"{again}");
            var ended = await api.EndAsync(runId);
            Assert.NotNull(ended.FinishedAt);
            var done = await scenario.Target.QueryAsync<long>(DoneBatches);
            Assert.Equal(Api.ToJson(ended), Api.ToJson(await api.StatusAsync(runId)));
            Assert.Equal(done, await scenario.Target.QueryAsync<long>(DoneBatches));
            runId = await api.StartAsync(SmallBatches);
        }

        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Fact]
    public async Task A_start_that_is_sent_again_with_its_key_is_answered_with_the_first_run()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();

        var first = await api.SendAsync(HttpMethod.Post, "migrations", Schools.Request, ("Idempotency-Key", "once"));
        var second = await api.SendAsync(HttpMethod.Post, "migrations", Schools.Request, ("Idempotency-Key", "once"));
        var other = await api.SendAsync(HttpMethod.Post, "migrations", SmallBatches, ("Idempotency-Key", "once"));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, second.Status));
        var runId = first.Json.GetProperty("runId").GetString()!;
        Assert.Equal(runId, second.Json.GetProperty("runId").GetString());
        Assert.Equal([ErrorCodes.IdempotencyKeyReused], other.Codes);
        Assert.Equal(1, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
        await api.EndAsync(runId);
        Assert.Equal(runId, (await api.SendAsync(HttpMethod.Post, "migrations", Schools.Request, ("Idempotency-Key", "once")))
            .Json.GetProperty("runId").GetString());
    }

    /// <summary>Sends an order and goes away; the state that the run comes to.</summary>
    static async Task<string> CutAsync(Api api, string runId, string order, int milliseconds)
    {
        using var gone = new CancellationTokenSource(milliseconds);
        try
        {
            await api.SendAsync(HttpMethod.Post, $"migrations/{runId}/{order}", null, gone.Token);
        }
        catch (OperationCanceledException)
        {
        }
        return (await api.StatusAsync(runId)).Status;
    }
}
