using System.Net;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Suspend, resume, terminate, and the lock of a tenant, on a run that stands still within a batch.</summary>
public sealed class SteeringTests(TargetServer server)
{
    const string DoneBatches = "SELECT count(*) FROM migration.batch_state WHERE state = 'done'";

    [Fact]
    public async Task While_a_run_is_suspended_only_the_batch_in_flight_is_committed_and_resume_completes_it()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.OneByOne);
        await held.Reached.WaitAsync(Api.Limit);
        var before = await scenario.Target.QueryAsync<long>(DoneBatches);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/suspend")).Status);
        await api.UntilAsync(runId, s => s.Status == States.Suspended, "is suspended");

        held.Release();
        await api.UntilAsync(
            runId, s => s.Tenants.Sum(t => t.Entities.Sum(e => e.BatchesDone)) == before + 1,
            "has committed the batch in flight");
        // A whole other run goes from start to end meanwhile: time enough for a batch that should not be.
        await api.EndAsync(
            await api.StartAsync(new { manifest = "school-district", mode = "dryRun", tenants = new[] { "3" } }));
        Assert.Equal(
            before + 1, await scenario.Target.QueryAsync<long>(DoneBatches + " AND ledger = 'full'"));
        Assert.Equal(States.Suspended, (await api.StatusAsync(runId)).Status);

        // What is so already is not refused, though Durable Task would.
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/suspend")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/resume")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/resume")).Status);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Fact]
    public async Task However_fast_a_run_is_suspended_and_resumed_it_goes_on()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.OneByOne);
        for (var i = 0; i < 5; i++)
            foreach (var order in new[] { "suspend", "resume" })
            {
                var answer = await api.PostAsync($"migrations/{runId}/{order}");
                // It may have come to its end meanwhile.
                Assert.True(answer.Status == HttpStatusCode.Accepted || answer.Codes is [ErrorCodes.RunNotSteerable], $"{order}: {answer}");
            }

        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Fact]
    public async Task Terminate_frees_the_tenants_and_a_new_run_goes_on_from_the_ledger()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.OneByOne);
        await held.Reached.WaitAsync(Api.Limit);
        var answer = await api.PostAsync($"migrations/{runId}/terminate");
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(States.Terminating, answer.Json.GetProperty("status").GetString());
        Assert.Contains("1 transactions", answer.Json.GetProperty("waitsFor").GetString(), StringComparison.Ordinal);
        Assert.Equal(States.Terminating, (await api.StatusAsync(runId)).Status);
        Assert.Equal([ErrorCodes.TenantLocked], (await api.PostAsync("migrations", Schools.Request)).Codes);
        // Who asks again is told the same, and changes nothing.
        var again = await api.PostAsync($"migrations/{runId}/terminate");
        Assert.Equal((HttpStatusCode.Accepted, answer.Text), (again.Status, again.Text));

        held.Release();
        Assert.Equal(States.Terminated, (await api.EndAsync(runId)).Status);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
        foreach (var order in new[] { "resume", "suspend", "terminate" })
            Assert.Equal([ErrorCodes.RunNotSteerable], (await api.PostAsync($"migrations/{runId}/{order}")).Codes);
        var ended = Api.ToJson(await api.StatusAsync(runId));
        var next = await api.StartAsync(Schools.Request);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(next), expected);
        Assert.True(await scenario.Target.QueryAsync<long>(DoneBatches + $" AND run_id = '{runId}'") > 0);
        Assert.Equal(ended, Api.ToJson(await api.StatusAsync(runId)));
    }

    [Fact]
    public async Task A_second_writing_run_of_a_tenant_is_refused_naming_the_first_and_other_tenants_go_on()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var api = await scenario.HostAsync();
        var first =
            await api.StartAsync(new { manifest = "school-district", mode = "full", tenants = new[] { "1", "2" } });
        await held.Reached.WaitAsync(Api.Limit);

        var second = await api.PostAsync(
            "migrations", new { manifest = "school-district", mode = "full", tenants = new[] { "2", "3" } });
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal([ErrorCodes.TenantLocked], second.Codes);
        Assert.Contains(first, second.Text, StringComparison.Ordinal);
        Assert.Equal(1, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
        await using (var command = ServiceProcess.Run(
            ["start", "school-district", "--mode", "full", "--url", api.Address.GetLeftPart(UriPartial.Authority),
             "--key", Api.Key], []))
            Assert.Equal(5, await command.ExitAsync());

        var other = await api.EndAsync(
            await api.StartAsync(new { manifest = "school-district", mode = "full", tenants = new[] { "3" } }));
        Assert.True(other.IsConserved && other.FinishedAt is not null, Api.ToJson(other));
        var dryRun = await api.EndAsync(
            await api.StartAsync(new { manifest = "school-district", mode = "dryRun", tenants = new[] { "1" } }));
        Assert.NotEqual(States.Failed, dryRun.Status);
        held.Release();
        Assert.NotEqual(States.Failed, (await api.EndAsync(first)).Status);
    }

    [Fact]
    public async Task A_run_that_was_scheduled_when_the_process_died_holds_its_tenants_after_the_restart()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, "killed");
        var service = scenario.Serve("start.scheduled");
        var dying = scenario.Client(await service.AddressAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => dying.StartAsync(Schools.Request));
        await Killing.AssertKilledAsync(service, "start.scheduled");

        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var api = await scenario.HostAsync();
        await held.Reached.WaitAsync(Api.Limit);
        var second = await api.PostAsync("migrations", Schools.Request);
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal([ErrorCodes.TenantLocked], second.Codes);
        held.Release();
        var runs = (await api.GetAsync("migrations")).Json.GetProperty("migrations");
        await api.EndAsync(Assert.Single(runs.EnumerateArray()).GetProperty("runId").GetString()!);
        await scenario.Target.AssertAppliedOnceAsync();
    }
}
