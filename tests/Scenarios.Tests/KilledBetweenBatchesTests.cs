using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL while a run is planned, its tenants prepared and completed, and its verdict recorded.</summary>
public sealed class KilledBetweenBatchesTests(TargetServer server)
{
    [Theory]
    [InlineData("start.stored")]
    [InlineData("start.scheduled")]
    [InlineData("plan.before")]
    [InlineData("plan.after")]
    [InlineData("planner.before-source:2")]
    [InlineData("planner.before-ledger:1")]
    [InlineData("planner.before-confirmation:2")]
    [InlineData("planner.before-end:3")]
    [InlineData("planner.after-ledger:7")]
    [InlineData("tenant.prepare:2")]
    [InlineData("entity.counted:2")]
    [InlineData("entity.complete:4")]
    [InlineData("tenant.complete:3")]
    [InlineData("run.before-finish")]
    [InlineData("run.after-finish")]
    public Task A_run_goes_on_and_applies_nothing_twice_after_a_kill_at(string point) =>
        Killing.AtAsync(server, Schools.Small, Schools.Request, point);
}
