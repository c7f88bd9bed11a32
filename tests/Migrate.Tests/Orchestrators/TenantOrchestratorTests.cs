using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class TenantOrchestratorTests
{
    static readonly TenantRef Tenant = new(new RunRef("run", RunMode.Full), Guid.Empty, "7");

    [Fact]
    public void Entities_of_a_level_run_side_by_side_and_the_next_level_after_them()
    {
        var (running, most) = (0, 0);
        var ended = new List<string>();
        var script = Script([["school", "grade_scale"], ["student", "staff", "course"], ["enrollment"]], async state =>
        {
            most = Math.Max(most, ++running);
            await Task.Yield();
            running--;
            ended.Add(state.Entity.Entity);
            return null;
        });

        var outcome = OneThread.Run(() => TenantOrchestrator.MigrateTenant(script.Context));

        Assert.Equal(States.Completed, outcome.State);
        Assert.Equal(2, most);
        Assert.Equal(["grade_scale", "school"], ended[..2].Order());
        Assert.Equal(["course", "staff", "student"], ended[2..5].Order());
        Assert.Equal("run:t0:enrollment", script.Calls[^2].InstanceId);
        Assert.Equal(new TenantEnd(Tenant, null), script.Calls[^1].Input);
    }

    [Fact]
    public void A_failing_entity_ends_its_tenant_after_its_siblings_with_the_coded_failure_and_no_exception()
    {
        var siblingEnded = false;
        var script = Script([["school"], ["student", "staff"], ["enrollment"]], async state =>
        {
            if (state.Entity.Entity == "student")
                throw new MigrationException(new Problem(ErrorCodes.TargetCommandFailed, "student", "Refused.", "Look."));
            await Task.Yield();
            siblingEnded |= state.Entity.Entity == "staff";
            return null;
        });

        var outcome = OneThread.Run(() => TenantOrchestrator.MigrateTenant(script.Context));

        Assert.True(siblingEnded);
        Assert.Equal(States.Failed, outcome.State);
        Assert.Equal(new TenantEnd(Tenant, "MIG4003 student: Refused. Look."), script.Calls[^1].Input);
        Assert.DoesNotContain("run:t0:enrollment", script.Calls.Select(c => c.InstanceId));
    }

    [Fact]
    public async Task With_more_entities_than_a_turn_takes_it_continues_as_new_and_completes_the_tenant_once()
    {
        var names = Enumerable.Range(0, 97).Select(i => $"e{i}").ToList();
        var (next, turns, calls) = (new TenantState(Tenant), 0, new List<Call>());
        while (next is not null)
        {
            var script = Script([names], _ => Task.FromResult<string?>(null), next);
            await TenantOrchestrator.MigrateTenant(script.Context);
            (next, turns) = ((TenantState?)script.ContinuedWith, turns + 1);
            calls.AddRange(script.Calls);
        }

        Assert.Equal(3, turns);
        Assert.Equal(names, calls.Select(c => c.Input).OfType<EntityState>().Select(s => s.Entity.Entity));
        Assert.Single(calls, c => c.Name == nameof(CompleteActivity.CompleteTenant));
    }

    [Fact]
    public async Task An_account_that_does_not_fit_fails_the_tenant_after_all_of_its_entities_also_over_a_continue_as_new()
    {
        var names = Enumerable.Range(0, 50).Select(i => $"e{i}").ToList();
        var (next, calls) = (new TenantState(Tenant), new List<Call>());
        while (next is not null)
        {
            var script = Script([names], state => Task.FromResult(state.Entity.Entity switch
            {
                "e3" => "MIG2107 e3: One row was added.",
                "e41" => "MIG2107 e41: Another.",
                _ => null,
            }), next);
            await TenantOrchestrator.MigrateTenant(script.Context);
            next = (TenantState?)script.ContinuedWith;
            calls.AddRange(script.Calls);
        }

        Assert.Equal(names, calls.Select(c => c.Input).OfType<EntityState>().Select(s => s.Entity.Entity));
        Assert.Equal(new TenantEnd(Tenant, "MIG2107 e3: One row was added."), calls[^1].Input);
    }

    [Fact]
    public async Task Only_entities_with_rejections_that_the_run_has_not_tried_are_told_to_try_them()
    {
        var told = new List<(string, bool)>();
        var script = Script([["school"], ["student"]], state =>
        {
            told.Add((state.Entity.Entity, state.Replays));
            return Task.FromResult<string?>(null);
        }, rejected: ["student"]);

        await TenantOrchestrator.MigrateTenant(script.Context);

        Assert.Equal([("school", false), ("student", true)], told);
    }

    static OrchestrationScript Script(
        List<List<string>> levels, Func<EntityState, Task<string?>> migrate, TenantState? state = null,
        IReadOnlyList<string>? rejected = null) =>
        OrchestrationScript.Of("run:t0", state ?? new TenantState(Tenant))
            .Activity<TenantPlanRequest, TenantPlan>(nameof(PrepareTenantActivity.PrepareTenant), request =>
            {
                var all = levels.Index().SelectMany(l => l.Item.Select(name => (l.Index, name))).ToList();
                var page = all.Skip(request.From).Take(request.Count).GroupBy(e => e.Index, e => e.name);
                return new TenantPlan(
                    [.. page.Select(IReadOnlyList<string> (l) => [.. l])], request.From + request.Count >= all.Count,
                    Window: 2, rejected);
            })
            .SubOrchestration(nameof(EntityOrchestrator.MigrateEntity), migrate)
            .Activity<TenantEnd, Outcome>(nameof(CompleteActivity.CompleteTenant), end =>
                new Outcome(end.Failure is null ? States.Completed : States.Failed, end.Failure));
}
