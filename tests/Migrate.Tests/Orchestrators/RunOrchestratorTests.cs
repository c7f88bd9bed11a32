using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class RunOrchestratorTests
{
    static readonly RunRef Run = new("run", RunMode.Full);

    [Fact]
    public async Task A_tenant_that_fails_does_not_stop_the_others()
    {
        var script = Script(new RunState(Run), tenants: 3, tenant =>
            new Outcome(tenant.TenantKey == "0" ? States.Failed : States.Completed, null));

        await RunOrchestrator.RunMigration(script.Context);

        Assert.Equal(["run:t0", "run:t1", "run:t2"], Tenants(script));
        Assert.Equal(new RunEnd(Run, null), script.Calls[^1].Input);
    }

    [Fact]
    public async Task Preflight_comes_first_then_the_plan()
    {
        var script = Script(new RunState(Run), tenants: 1, _ => new Outcome(States.Completed, null));

        await RunOrchestrator.RunMigration(script.Context);

        Assert.Equal(
            [
                nameof(PreflightActivity.Preflight), nameof(PlanActivity.PlanRun), nameof(PlanActivity.ListTenants),
                nameof(TenantOrchestrator.MigrateTenant), nameof(CompleteActivity.CompleteRun),
            ],
            script.Calls.Select(c => c.Name));
    }

    [Fact]
    public async Task What_preflight_finds_ends_the_run_before_any_tenant()
    {
        var script = Script(new RunState(Run), tenants: 3, _ => new Outcome(States.Completed, null))
            .Activity<RunRef, object>(nameof(PreflightActivity.Preflight), (Func<RunRef, object>)(_ =>
                throw new MigrationException(
                    new Problem(ErrorCodes.SourceLoginRefused, "legacy", "No.", "Ask."))));

        var outcome = await RunOrchestrator.RunMigration(script.Context);

        Assert.Equal(States.Failed, outcome.State);
        Assert.Empty(Tenants(script));
        Assert.Equal(new RunEnd(Run, "MIG3002 legacy: No. Ask."), script.Calls[^1].Input);
    }

    [Fact]
    public async Task After_60_tenants_it_continues_as_new_with_the_next_and_preflight_is_over()
    {
        var first = Script(new RunState(Run), tenants: 61, _ => new Outcome(States.Completed, null));
        await RunOrchestrator.RunMigration(first.Context);

        var next = Assert.IsType<RunState>(first.ContinuedWith);
        var second = Script(next, tenants: 61, _ => new Outcome(States.Completed, null));
        await RunOrchestrator.RunMigration(second.Context);

        Assert.Equal(60, Tenants(first).Count());
        Assert.DoesNotContain(nameof(CompleteActivity.CompleteRun), first.Calls.Select(c => c.Name));
        Assert.Equal(["run:t60"], Tenants(second));
        Assert.DoesNotContain(nameof(PreflightActivity.Preflight), second.Calls.Select(c => c.Name));
        Assert.Null(second.ContinuedWith);
    }

    [Fact]
    public async Task A_run_of_exactly_60_tenants_is_completed_in_its_second_turn()
    {
        var first = Script(new RunState(Run), tenants: 60, _ => new Outcome(States.Completed, null));
        await RunOrchestrator.RunMigration(first.Context);
        var second = Script((RunState)first.ContinuedWith!, tenants: 60, _ => new Outcome(States.Completed, null));

        var outcome = await RunOrchestrator.RunMigration(second.Context);

        Assert.Equal(States.Completed, outcome.State);
        Assert.Empty(Tenants(second));
    }

    [Fact]
    public void A_window_that_an_operator_changes_holds_from_the_next_tenant_on()
    {
        var (running, most) = (0, new List<int>());
        var script = Script(new RunState(Run), tenants: 12, async tenant =>
        {
            running++;
            await Task.Yield();
            most.Add(running--);
            return new Outcome(States.Completed, null, TenantWindow: tenant.TenantKey is "0" or "1" ? 4 : 1);
        }, window: 1);

        OneThread.Run(() => RunOrchestrator.RunMigration(script.Context));

        Assert.Equal(12, most.Count);
        Assert.Equal(1, most[0]);
        Assert.Equal(4, most.Max());
        Assert.Equal([1, 1, 1], most[^3..]);
    }

    static OrchestrationScript Script(RunState state, int tenants, Func<TenantRef, Outcome> migrate) =>
        Script(state, tenants, tenant => Task.FromResult(migrate(tenant)));

    static OrchestrationScript Script(
        RunState state, int tenants, Func<TenantRef, Task<Outcome>> migrate, int window = 3) =>
        OrchestrationScript.Of("run", state)
            .Activity<RunRef>(nameof(PreflightActivity.Preflight))
            .Activity<RunRef>(nameof(PlanActivity.PlanRun))
            .Activity<TenantPageRequest, TenantPage>(nameof(PlanActivity.ListTenants), page => new TenantPage(
                [.. Enumerable.Range(0, tenants).Skip(page.From).Take(page.Count)
                    .Select(i => new Tenant($"{i}", Guid.Empty, null))], window))
            .SubOrchestration<TenantState, Outcome>(
                nameof(TenantOrchestrator.MigrateTenant), tenant => migrate(tenant.Tenant))
            .Activity<RunEnd, Outcome>(nameof(CompleteActivity.CompleteRun), end =>
                new Outcome(end.Failure is null ? States.Completed : States.Failed, end.Failure));

    static IEnumerable<string?> Tenants(OrchestrationScript script) =>
        script.Calls.Where(c => c.Name == nameof(TenantOrchestrator.MigrateTenant)).Select(c => c.InstanceId);
}
