using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class EntityOrchestratorTests
{
    static readonly EntityRef Entity = new(new TenantRef(new RunRef("run", RunMode.Full), Guid.Empty, "7"), "student");

    [Fact]
    public async Task Every_batch_of_every_page_runs_and_the_entity_is_completed_last()
    {
        var script = Script(
            new EntityState(Entity, 2, 100, Rejected: 5), pages: 3, batchesOfPage: 4, rejectedOfBatch: 1);

        var rejected = await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(5 + 12, rejected);
        Assert.Equal(Enumerable.Range(1, 12), Batches(script));
        Assert.Equal(nameof(CompleteActivity.CompleteEntity), script.Calls[^1].Name);
        Assert.Equal(Entity, script.Calls[^1].Input);
        Assert.Null(script.ContinuedWith);
    }

    [Fact]
    public async Task The_next_page_is_planned_while_this_one_runs()
    {
        var script = Script(new EntityState(Entity, 2, 100, 0), pages: 2, batchesOfPage: 2, rejectedOfBatch: 0);

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(
            [
                nameof(PlanPageActivity.PlanPage), nameof(PlanPageActivity.PlanPage),
                nameof(MigrateBatchActivity.MigrateBatch), nameof(MigrateBatchActivity.MigrateBatch),
                nameof(MigrateBatchActivity.MigrateBatch), nameof(MigrateBatchActivity.MigrateBatch),
                nameof(CompleteActivity.CompleteEntity),
            ],
            script.Calls.Select(c => c.Name));
    }

    [Fact]
    public async Task Beyond_the_reject_limit_no_batch_is_started_any_more()
    {
        var script = Script(
            new EntityState(Entity, 1, RejectLimit: 10, Rejected: 4), pages: 2, batchesOfPage: 8, rejectedOfBatch: 3);

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => EntityOrchestrator.MigrateEntity(script.Context));

        Assert.Equal(ErrorCodes.RejectLimitExceeded, failure.Code);
        Assert.Contains("13 rows were rejected, 10 are allowed", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], Batches(script));
        Assert.DoesNotContain(nameof(CompleteActivity.CompleteEntity), script.Calls.Select(c => c.Name));
    }

    [Fact]
    public async Task Just_at_the_reject_limit_the_entity_goes_on()
    {
        var script = Script(
            new EntityState(Entity, 1, RejectLimit: 10, Rejected: 1), pages: 1, batchesOfPage: 3, rejectedOfBatch: 3);

        Assert.Equal(10, await EntityOrchestrator.MigrateEntity(script.Context));
    }

    [Fact]
    public async Task After_160_batches_it_continues_as_new_behind_the_last_of_them()
    {
        var script = Script(
            new EntityState(Entity, 4, 10_000, Rejected: 7, AfterNumber: 1_000),
            pages: 100, batchesOfPage: 50, rejectedOfBatch: 1);

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(Enumerable.Range(1_001, 200), Batches(script));
        Assert.Equal(new EntityState(Entity, 4, 10_000, Rejected: 207, AfterNumber: 1_200), script.ContinuedWith);
        Assert.DoesNotContain(nameof(CompleteActivity.CompleteEntity), script.Calls.Select(c => c.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_batches_run_at_a_time_than_the_window_allows(int window)
    {
        var (running, most) = (0, 0);
        var script = OrchestrationScript.Of("entity", new EntityState(Entity, window, 0, 0))
            .Activity<BatchPageRequest, BatchPage>(
                nameof(PlanPageActivity.PlanPage), _ => new BatchPage([1, 2, 3, 4, 5, 6, 7], 7, true))
            .Activity<BatchRef, BatchResult>(nameof(MigrateBatchActivity.MigrateBatch), async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return Result(0);
            })
            .Activity<EntityRef, SliceTotals>(
                nameof(CompleteActivity.CompleteEntity), entity => new SliceTotals(entity.Entity, 0, 0, 0, 0, 0, 0, 0));

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(7, Batches(script).Count());
        Assert.InRange(most, 1, window);
    }

    static OrchestrationScript Script(EntityState state, int pages, int batchesOfPage, int rejectedOfBatch) =>
        OrchestrationScript.Of("entity", state)
            .Activity<BatchPageRequest, BatchPage>(nameof(PlanPageActivity.PlanPage), request =>
            {
                Assert.Equal(Entity, request.Entity);
                var last = request.AfterNumber + batchesOfPage;
                var isLast = last >= state.AfterNumber + (pages * batchesOfPage);
                return new BatchPage([.. Enumerable.Range(request.AfterNumber + 1, batchesOfPage)], last, isLast);
            })
            .Activity<BatchRef, BatchResult>(nameof(MigrateBatchActivity.MigrateBatch), _ => Result(rejectedOfBatch))
            .Activity<EntityRef, SliceTotals>(
                nameof(CompleteActivity.CompleteEntity), entity => new SliceTotals(entity.Entity, 0, 0, 0, 0, 0, 0, 0));

    static IEnumerable<int> Batches(OrchestrationScript script) =>
        script.InputsOf(nameof(MigrateBatchActivity.MigrateBatch)).Select(input => ((BatchRef)input!).Number);

    static BatchResult Result(int rejected) =>
        new(100, 100 - rejected, rejected, new Dictionary<string, long>(), new string('0', 32), WritePath.Direct);
}
