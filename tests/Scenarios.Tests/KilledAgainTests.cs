using LocalRuntime;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL again and again, without a history to return to, in a dry run, and while an orchestration
/// continues as new.</summary>
public sealed class KilledAgainTests(TargetServer server)
{
    // More batches than one turn of an entity's orchestration takes.
    static readonly object ManyBatches = new
    {
        manifest = "school-district", mode = "full", tenants = new[] { "1" },
        entities = new[] { "district", "school", "student" },
        options = new { batchSize = 2, batchWindow = 4 },
    };

    [Theory]
    [InlineData("copy.after-complete:2", "target.after-commit:5")]
    [InlineData("planner.after-ledger:3", "runtime.turn.before-commit:9")]
    public Task A_run_survives_two_kills_in_a_row(string first, string second) =>
        Killing.AtAsync(server, Schools.Small, Schools.Request, first, second);

    [Theory]
    [InlineData("target.after-commit:9")]
    [InlineData("planner.after-ledger:11")]
    public async Task A_new_run_goes_on_from_the_ledger_alone_when_the_history_is_lost_after_a_kill_at(string point)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        var service = scenario.Serve(point);
        var lost = await scenario.Client(await service.AddressAsync()).StartAsync(Schools.Request);
        await Killing.AssertKilledAsync(service, point);
        scenario.LoseHistory();
        var locks = await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock");
        var done =
            await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.batch_state WHERE state = 'done'");
        Assert.True(locks > 0 && done > 0, $"The kill left {locks} locks and {done} batches: nothing to go on from.");

        var api = await scenario.HostAsync();
        Assert.Equal(States.Interrupted, (await api.StatusAsync(lost)).Status);
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
        Assert.Equal(
            done, await scenario.Target.QueryAsync<long>(
                "SELECT count(*) FROM migration.batch_state WHERE run_id = @lost", new { lost }));
    }

    [Theory]
    [InlineData(RuntimeSeams.ContinueAsNewBetween)]
    [InlineData(RuntimeSeams.ContinueAsNewBeforeCommit)]
    public Task An_entity_of_many_batches_survives_a_kill_while_its_orchestration_continues_as_new(string seam) =>
        Killing.AtAsync(server, Schools.Small, ManyBatches, seam);

    [Fact]
    public async Task A_dry_run_survives_a_kill_and_leaves_the_target_as_it_was()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        var dryRun = new { manifest = "school-district", mode = "dryRun", options = new { batchSize = 100 } };
        var before = await scenario.Target.DigestsAsync();
        var service = scenario.Serve("target.dry-run-rolled-back:7");
        var runId = await scenario.Client(await service.AddressAsync()).StartAsync(dryRun);
        await Killing.AssertKilledAsync(service, "target.dry-run-rolled-back:7");

        var api = await scenario.HostAsync();
        var dry = await api.EndAsync(runId);
        Assert.Equal(States.CompletedWithRejects, dry.Status);
        Assert.Equal(before, await scenario.Target.DigestsAsync());
        var full = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.Equal(RunTraces.FiguresOf(full), RunTraces.FiguresOf(RunTraces.AsWritten(dry)));
    }
}
