using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class TenantOrchestratorTests
{
    static readonly TenantRef Tenant = new(new RunRef("run", RunMode.Full), Guid.Empty, "7");

    [Fact]
    public async Task Entities_run_in_the_order_of_their_references_and_carry_the_rejects_on()
    {
        var script = Script(state => Task.FromResult(state.Rejected + 2));

        var outcome = await TenantOrchestrator.MigrateTenant(script.Context);

        Assert.Equal(States.Completed, outcome.State);
        var entities = script.Calls.Where(c => c.Name == nameof(EntityOrchestrator.MigrateEntity)).ToList();
        Assert.Equal(["run:t0:school", "run:t0:student", "run:t0:enrollment"], entities.Select(c => c.InstanceId));
        Assert.Equal([3L, 5L, 7L], entities.Select(c => ((EntityState)c.Input!).Rejected));
        Assert.Equal(new TenantEnd(Tenant, null), script.Calls[^1].Input);
    }

    [Fact]
    public async Task A_failing_entity_ends_its_tenant_with_the_coded_failure_and_no_exception()
    {
        var script = Script(state => state.Entity.Entity == "student"
            ? throw new MigrationException(new Problem(ErrorCodes.TargetCommandFailed, "student", "Refused.", "Look."))
            : Task.FromResult(0L));

        var outcome = await TenantOrchestrator.MigrateTenant(script.Context);

        Assert.Equal(States.Failed, outcome.State);
        Assert.Equal(new TenantEnd(Tenant, "MIG4003 student: Refused. Look."), script.Calls[^1].Input);
        Assert.DoesNotContain("run:t0:enrollment", script.Calls.Select(c => c.InstanceId));
    }

    static OrchestrationScript Script(Func<EntityState, Task<long>> migrate) => OrchestrationScript.Of("run:t0", Tenant)
        .Activity<TenantRef, TenantPlan>(nameof(PrepareTenantActivity.PrepareTenant), _ =>
            new TenantPlan([["school"], ["student", "enrollment"]], BatchWindow: 2, RejectLimit: 100, RejectedSoFar: 3))
        .SubOrchestration(nameof(EntityOrchestrator.MigrateEntity), migrate)
        .Activity<TenantEnd, Outcome>(nameof(CompleteActivity.CompleteTenant), end =>
            new Outcome(end.Failure is null ? States.Completed : States.Failed, end.Failure));
}
