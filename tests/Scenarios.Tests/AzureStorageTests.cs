using System.Net;
using LocalSqlServer.SchoolDatabase;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Runs on a task hub in Azure Storage: the provider that production uses, without the Functions host.</summary>
public sealed class AzureStorageTests(TargetServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task A_load_ends_as_on_the_embedded_hub_and_is_equal()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.UseNewHubAsync();
        var api = await scenario.HostAsync();

        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(await api.StartAsync(Schools.Request)), expected);
        var verdict = await api.ReconcileAsync(new { manifest = "school-district", depth = "digest" });
        Assert.True(verdict.IsEqual, Api.ToJson(verdict));
    }

    [Fact]
    public async Task Of_two_processes_on_one_hub_one_may_be_killed_and_the_other_ends_the_run()
    {
        const string Point = "target.after-commit:6";
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        await scenario.UseNewHubAsync();
        var killed = scenario.Serve(Point);
        var runId = await scenario.Client(await killed.AddressAsync()).StartAsync(Schools.OneByOne);
        var other = await scenario.HostAsync();
        await Killing.AssertKilledAsync(killed, Point);

        await Killing.AssertAsUndisturbedAsync(scenario, await other.EndAsync(runId), expected);
    }

    /// <summary>Run by hand: <c>dotnet run --project tests/Scenarios.Tests -- -explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Two_hundred_thousand_rows_by_two_processes_of_which_one_is_killed_in_the_middle()
    {
        const int Killed = 20;
        await using var scenario = await Scenario.CreateAsync(
            server, SchoolDatabase.Create(new SchoolOptions(Seed: 7, Rows: 200_000, Districts: 8)), "large");
        await scenario.UseNewHubAsync();
        var first = scenario.Serve($"target.after-commit:{Killed}");
        var second = scenario.Serve();
        await first.AddressAsync();
        var api = scenario.Client(await second.AddressAsync());
        var runId = await api.StartAsync(new
        {
            manifest = "school-district", mode = "full", options = new { batchSize = 2_000, batchWindow = 2, tenantWindow = 4 },
        });
        await Killing.AssertKilledAsync(first, $"target.after-commit:{Killed}");
        var status = await api.EndAsync(runId);

        Assert.True(status.IsConserved, Api.ToJson(status));
        await scenario.Target.AssertAppliedOnceAsync();
        var verdict = await api.ReconcileAsync(new { manifest = "school-district", depth = "digest" });
        Assert.True(verdict.IsEqual, Api.ToJson(verdict));
        var batches = status.Tenants.Sum(t => t.Entities.Sum(e => e.BatchesDone));
        output.WriteLine(
            $"{status.RowsRead} rows = {status.RowsWritten} + {status.RowsRejected} + {status.RowsFiltered}, equal; "
            + $"{batches} batches: {Killed} by the process that was killed, {batches - Killed} by the other");
    }

    [Fact]
    public async Task A_suspended_run_stands_still_and_goes_on_when_it_is_resumed()
    {
        const string DoneBatches = "SELECT count(*) FROM migration.batch_state WHERE state = 'done'";
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        await scenario.UseNewHubAsync();
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
        Assert.Equal(States.Suspended, (await api.StatusAsync(runId)).Status);

        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/resume")).Status);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Fact]
    public async Task A_terminated_run_frees_its_tenants_and_a_new_one_goes_on()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        await scenario.UseNewHubAsync();
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Schools.OneByOne);
        await held.Reached.WaitAsync(Api.Limit);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/terminate")).Status);
        held.Release();
        Assert.Equal(States.Terminated, (await api.EndAsync(runId)).Status);

        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(await api.StartAsync(Schools.Request)), expected);
    }

    // Whoever is on another hub cannot know whether the first one still writes; to terminate the run there makes sure.
    [Fact]
    public async Task A_lost_hub_costs_nothing_its_run_is_terminated_from_another_and_a_new_run_goes_on_from_the_ledger()
    {
        const string Point = "target.after-commit:6";
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        await scenario.UseNewHubAsync();
        var killed = scenario.Serve(Point);
        var lost = await scenario.Client(await killed.AddressAsync()).StartAsync(Schools.OneByOne);
        await Killing.AssertKilledAsync(killed, Point);
        await scenario.UseNewHubAsync();
        var api = await scenario.HostAsync();

        Assert.Equal(States.Interrupted, (await api.StatusAsync(lost)).Status);
        var refused = await api.PostAsync("migrations", Schools.Request);
        Assert.Equal([ErrorCodes.TenantLocked], refused.Codes);
        Assert.Contains($"Run {lost} of task hub ", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{lost}/terminate")).Status);
        Assert.Equal(States.Terminated, (await api.StatusAsync(lost)).Status);
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(await api.StartAsync(Schools.Request)), expected);
    }
}
