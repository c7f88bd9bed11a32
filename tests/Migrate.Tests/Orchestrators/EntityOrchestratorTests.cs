using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class EntityOrchestratorTests
{
    static readonly EntityRef Entity = new(new TenantRef(new RunRef("run", RunMode.Full), Guid.Empty, "7"), "student");

    [Fact]
    public async Task Every_batch_of_every_page_runs_and_the_entity_is_completed_last()
    {
        var ledger = new Ledger(batches: 12, page: 4);
        var script = ledger.Script(new EntityState(Entity));

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(Enumerable.Range(1, 12), ledger.Done);
        Assert.Equal(nameof(CompleteActivity.CompleteEntity), script.Calls[^1].Name);
        Assert.Equal(Entity, script.Calls[^1].Input);
        Assert.Null(script.ContinuedWith);
    }

    [Fact]
    public async Task An_account_that_does_not_fit_is_what_the_entity_returns_and_no_failure_of_its_own()
    {
        var ledger = new Ledger(batches: 2, page: 4) { AccountFailure = "MIG2107 student of tenant 7: 1 row was added." };

        var failure = await EntityOrchestrator.MigrateEntity(ledger.Script(new EntityState(Entity)).Context);

        Assert.Equal(ledger.AccountFailure, failure);
        Assert.Equal((2, 1), (ledger.Done.Count, ledger.Completions));
    }

    [Fact]
    public async Task The_next_page_is_planned_before_this_one_has_ended()
    {
        var ledger = new Ledger(batches: 8, page: 4);
        var script = ledger.Script(new EntityState(Entity), window: 2);

        await EntityOrchestrator.MigrateEntity(script.Context);

        var names = script.Calls.Select(c => c.Name).ToList();
        var second = names.IndexOf(nameof(PlanPageActivity.PlanPage), 1);
        Assert.InRange(second, 1, names.Count - 3);
        Assert.InRange(script.Calls.Take(second).Count(c => c.Input is BatchRef), 1, 4);
    }

    [Fact]
    public async Task Once_the_tenant_is_over_its_reject_limit_no_batch_is_started_any_more()
    {
        var ledger = new Ledger(batches: 16, page: 8)
        {
            Answer = number => new BatchAnswer(Rejects: new RejectTotal(4 + (3 * number), 10)),
        };
        var script = ledger.Script(new EntityState(Entity), window: 1);

        var failure = await Assert.ThrowsAsync<MigrationException>(() => EntityOrchestrator.MigrateEntity(script.Context));

        Assert.Equal(ErrorCodes.RejectLimitExceeded, failure.Code);
        Assert.Contains("13 rows were rejected, 10 are allowed", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], ledger.Done);
        Assert.DoesNotContain(nameof(CompleteActivity.CompleteEntity), script.Calls.Select(c => c.Name));
    }

    [Fact]
    public async Task A_tenant_that_is_over_its_reject_limit_already_starts_no_batch()
    {
        var ledger = new Ledger(batches: 2, page: 8) { Rejects = new RejectTotal(11, 10) };

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => EntityOrchestrator.MigrateEntity(ledger.Script(new EntityState(Entity)).Context));

        Assert.Equal(ErrorCodes.RejectLimitExceeded, failure.Code);
        Assert.Empty(ledger.Done);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    public async Task With_retries_and_deferrals_no_history_comes_to_500_events_and_every_batch_is_done_once(int window)
    {
        var random = new Random(window);
        var ledger = new Ledger(batches: 1_000, page: 20);
        var failures = new Dictionary<int, int>();
        ledger.Answer = number => random.Next(4) switch
        {
            0 when failures.TryAdd(number, 1) || failures[number]++ < 5 => throw Ledger.Transient(),
            1 => new BatchAnswer(new Deferral(ledger.Now.AddSeconds(3), "all writers are at work")),
            _ => new BatchAnswer(),
        };

        var longest = await RunToEndAsync(ledger, window);

        Assert.Equal(Enumerable.Range(1, 1_000), ledger.Done.Order());
        Assert.InRange(longest, 300, HistoryBudget.Limit);
    }

    [Fact]
    public async Task A_blackout_of_any_length_costs_timers_and_no_failure()
    {
        var ledger = new Ledger(batches: 40, page: 20);
        var open = new DateTime(2026, 9, 4, 16, 0, 0, DateTimeKind.Utc);
        ledger.Answer = _ => ledger.Now < open
            ? new BatchAnswer(new Deferral(open, "blackout"))
            : new BatchAnswer();

        var longest = await RunToEndAsync(ledger, window: 4);

        Assert.Equal(40, ledger.Done.Count);
        Assert.InRange(ledger.Now, open, open.AddHours(1));
        Assert.InRange(longest, 1, HistoryBudget.Limit);
    }

    [Fact]
    public async Task A_batch_that_keeps_failing_is_tried_as_patience_has_it_also_over_a_continue_as_new()
    {
        var ledger = new Ledger(batches: 1_000, page: 20)
        {
            Answer = number => number == 110 ? throw Ledger.Transient() : new BatchAnswer(),
        };

        await Assert.ThrowsAsync<Microsoft.DurableTask.TaskFailedException>(() => RunToEndAsync(ledger, window: 1));

        Assert.Equal(Patience.OfWork.Attempts, ledger.Asked.Count(n => n == 110));
        Assert.Equal(Enumerable.Range(1, 109), ledger.Done);
    }

    [Fact]
    public async Task What_does_not_heal_by_itself_fails_at_once_after_what_is_running()
    {
        var ledger = new Ledger(batches: 100, page: 20)
        {
            Answer = number => number == 2
                ? throw new MigrationException(new Problem(ErrorCodes.TargetCommandFailed, "x", "Refused.", "Look."))
                : new BatchAnswer(),
        };

        await Assert.ThrowsAsync<Microsoft.DurableTask.TaskFailedException>(() => RunToEndAsync(ledger, window: 3));

        Assert.Single(ledger.Asked, n => n == 2);
        Assert.DoesNotContain(20, ledger.Asked);
    }

    [Fact]
    public async Task Batches_that_the_server_lost_are_done_again()
    {
        var ledger = new Ledger(batches: 50, page: 20);
        ledger.OnComplete = () =>
        {
            if (ledger.Completions == 1)
                ledger.Lose(3, 17, 50);
        };

        await RunToEndAsync(ledger, window: 4);

        Assert.Equal(Enumerable.Range(1, 50), ledger.Done.Order());
        Assert.Equal([3, 17, 50], ledger.Asked[50..].Order());
        Assert.Equal(2, ledger.Completions);
    }

    [Fact]
    public async Task A_server_that_loses_batches_again_and_again_is_given_up()
    {
        var ledger = new Ledger(batches: 5, page: 20);
        ledger.OnComplete = () => ledger.Lose(2);

        var failure = await Assert.ThrowsAsync<MigrationException>(() => RunToEndAsync(ledger, window: 4));

        Assert.Equal(ErrorCodes.BatchesLost, failure.Code);
        Assert.Equal(3, ledger.Completions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_more_batches_run_at_a_time_than_the_window_allows(int window)
    {
        var (running, most) = (0, 0);
        var ledger = new Ledger(batches: 7, page: 20)
        {
            Around = async work =>
            {
                most = Math.Max(most, ++running);
                await Task.Yield();
                running--;
                return work();
            },
        };

        OneThread.Run(() => RunToEndAsync(ledger, window));

        Assert.Equal(7, ledger.Done.Count);
        Assert.Equal(window, most);
    }

    [Fact]
    public async Task Rejections_of_earlier_runs_are_tried_to_the_end_before_the_first_page_is_asked_for()
    {
        var ledger = new Ledger(batches: 3, page: 4) { RejectedPages = 3 };
        var script = ledger.Script(new EntityState(Entity, Replays: true));

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Equal(
            [null, "1", "2"], script.InputsOf(nameof(ReplayActivity.ReplayRejects)).Select(i => ((ReplayRequest)i!).After));
        Assert.Equal(nameof(PlanPageActivity.PlanPage), script.Calls[3].Name);
        Assert.Equal([1, 2, 3], ledger.Done);
    }

    [Fact]
    public async Task Where_there_are_no_rejections_to_try_nothing_is_called_for_them()
    {
        var script = new Ledger(batches: 1, page: 4).Script(new EntityState(Entity));

        await EntityOrchestrator.MigrateEntity(script.Context);

        Assert.Empty(script.InputsOf(nameof(ReplayActivity.ReplayRejects)));
    }

    [Fact]
    public async Task Any_number_of_rejections_with_failures_and_deferrals_keeps_every_history_short_and_is_gone_through_once()
    {
        var random = new Random(5);
        var ledger = new Ledger(batches: 3, page: 4) { RejectedPages = 400 };
        ledger.BeforeReplay = () => random.Next(4) switch
        {
            0 => throw Ledger.Transient(),
            1 => new Deferral(ledger.Now.AddSeconds(3), "all readers are at work"),
            _ => null,
        };

        var longest = await RunToEndAsync(ledger, window: 4, replays: true);

        Assert.Equal(Enumerable.Range(1, 400), ledger.Replayed);
        Assert.Equal([1, 2, 3], ledger.Done);
        Assert.InRange(longest, 300, HistoryBudget.Limit);
    }

    /// <returns>The longest history of an execution, each answer in a turn of its own.</returns>
    static async Task<int> RunToEndAsync(Ledger ledger, int window, bool replays = false)
    {
        var longest = 0;
        for (var state = new EntityState(Entity, Replays: replays); state is not null;)
        {
            var script = ledger.Script(state, window);
            await EntityOrchestrator.MigrateEntity(script.Context);
            longest = Math.Max(longest, 6 + (4 * (script.Calls.Count + script.Timers)));
            state = (EntityState?)script.ContinuedWith;
        }
        return longest;
    }

    /// <summary>What the activities know: which batches are done, whatever the orchestration believes.</summary>
    sealed class Ledger(int batches, int page)
    {
        OrchestrationScript? _script;

        public List<int> Done { get; } = [];

        public List<int> Asked { get; } = [];

        public int Completions { get; private set; }

        /// <summary>Pages of rejections of earlier runs.</summary>
        public int RejectedPages { get; init; }

        public List<int> Replayed { get; } = [];

        public Func<Deferral?> BeforeReplay { get; set; } = () => null;

        public RejectTotal Rejects { get; init; } = new(0, 10);

        public Func<int, BatchAnswer> Answer { get; set; } = _ => new BatchAnswer();

        public Func<Func<BatchAnswer>, Task<BatchAnswer>> Around { get; init; } = work => Task.FromResult(work());

        public Action? OnComplete { get; set; }

        public string? AccountFailure { get; init; }

        public DateTime Now => _script!.Now;

        public static MigrationException Transient() => new(
            new Problem(ErrorCodes.TargetTransient, "x", "Deadlock.", "It is retried."), isTransient: true);

        public void Lose(params int[] numbers) => Done.RemoveAll(numbers.Contains);

        public OrchestrationScript Script(EntityState state, int window = 4)
        {
            var script = OrchestrationScript.Of("entity", state)
                .Activity<BatchPageRequest, PageAnswer>(nameof(PlanPageActivity.PlanPage), request =>
                {
                    Assert.Equal(Entity, request.Entity);
                    var pending = Enumerable.Range(1, batches).Where(n => n > request.AfterNumber && !Done.Contains(n))
                        .Take(page).ToList();
                    var last = pending.Count == page ? pending[^1] : batches;
                    return new PageAnswer(new BatchPage(pending, last, last == batches, window, Rejects));
                })
                .Activity<BatchRef, BatchAnswer>(nameof(MigrateBatchActivity.MigrateBatch), batch => Around(() =>
                {
                    Asked.Add(batch.Number);
                    var answer = Answer(batch.Number);
                    if (answer.Deferral is null)
                        Done.Add(batch.Number);
                    return answer;
                }))
                .Activity<ReplayRequest, ReplayAnswer>(nameof(ReplayActivity.ReplayRejects), request =>
                {
                    if (BeforeReplay() is { } deferral)
                        return new ReplayAnswer(request.After, deferral);
                    var page = 1 + int.Parse(request.After ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                    Replayed.Add(page);
                    return new ReplayAnswer(page < RejectedPages ? $"{page}" : null);
                })
                .Activity<EntityRef, EntityAnswer>(nameof(CompleteActivity.CompleteEntity), _ =>
                {
                    Completions++;
                    OnComplete?.Invoke();
                    return new EntityAnswer(Done.Count < batches, Failure: AccountFailure);
                });
            // A later turn begins when the one before has ended.
            script.Advance(_script?.Now);
            return _script = script;
        }
    }
}
