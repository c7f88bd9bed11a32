using System.Runtime.ExceptionServices;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Accounting;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Orchestrators;

/// <summary>One execution of an entity's orchestration, from its beginning to its end or to a continue-as-new. What fails
/// for a moment and what is put off goes back to the queue, so that every call is counted before it is made.</summary>
sealed class EntityTurn(TaskOrchestrationContext context, EntityState state)
{
    const int MaxPasses = 3;
    const int Planner = 0;
    const int Completion = -1;
    const int Replay = -2;

    readonly HistoryBudget _budget = new();
    readonly SortedSet<int> _waiting = [];
    readonly List<(Task<BatchAnswer> Answer, int Number)> _running = [];
    readonly Attempts _attempts = new(state.Attempts);
    BatchPage? _page;
    Task<PageAnswer>? _planning;
    Task<ReplayAnswer>? _replaying;
    bool _replays = state.Replays;
    string? _replayAfter = state.ReplayAfter;
    Deferral? _pause;
    Exception? _failure;
    bool _isComplete;

    int After => _page?.LastNumber ?? state.AfterNumber;

    /// <summary>Why the account of an entity that is done does not fit, or null.</summary>
    public string? AccountFailure { get; private set; }

    /// <returns>What to continue as new with, or null when the entity is done.</returns>
    public async Task<EntityState?> RunAsync()
    {
        while (!_isComplete)
        {
            if (_failure is null && _pause is null)
                Start();
            if (_running.Count > 0 || _planning is not null || _replaying is not null)
                await TakeOneAsync();
            else if (_failure is not null)
                ExceptionDispatchInfo.Throw(_failure);
            else if (_pause is not null)
                await PauseAsync();
            else if (_budget.IsSpent)
                return state with
                {
                    AfterNumber = _waiting.Count > 0 ? _waiting.Min - 1 : After, Attempts = _attempts.Open,
                    Replays = _replays, ReplayAfter = _replayAfter,
                };
            else if (await CompleteAsync())
                return state with { AfterNumber = 0, Pass = state.Pass + 1, Attempts = null, Replays = false, ReplayAfter = null };
        }
        return null;
    }

    // Rows that were rejected before are parents, too, and stand in the way of batches that would find them missing.
    void Start()
    {
        if (_replays)
        {
            if (_replaying is null && !_budget.IsSpent)
                _replaying = Call<ReplayAnswer>(
                    nameof(ReplayActivity.ReplayRejects), new ReplayRequest(state.Entity, _replayAfter));
            return;
        }
        var window = _page?.Window ?? 1;
        while (_waiting.Count > 0 && _running.Count < window && !_budget.IsSpent)
        {
            var number = _waiting.Min;
            _waiting.Remove(number);
            _running.Add((Call<BatchAnswer>(
                nameof(MigrateBatchActivity.MigrateBatch),
                new BatchRef(state.Entity, number, _attempts.FailuresOf(number))), number));
        }
        if (_planning is null && _page is not { IsLast: true } && _waiting.Count < window && !_budget.IsSpent)
            _planning = Call<PageAnswer>(nameof(PlanPageActivity.PlanPage), new BatchPageRequest(state.Entity, After));
    }

    async Task TakeOneAsync()
    {
        if (_replaying is { } replaying)
        {
            _replaying = null;
            await TakeAsync(replaying, Replay, TakeReplay);
            return;
        }
        var batches = _running.Select(r => (Task)r.Answer);
        var first = await Task.WhenAny(_planning is null ? batches : batches.Append(_planning));
        if (first == _planning)
        {
            var planning = _planning;
            _planning = null;
            await TakeAsync(planning, Planner, TakePage);
        }
        else
        {
            var (answer, number) = _running.Find(r => r.Answer == first);
            _running.Remove((answer, number));
            if (!await TakeAsync(answer, number, taken => Take(taken, number)))
                _waiting.Add(number);
        }
    }

    /// <returns>False when it failed for a moment and is to be done again.</returns>
    async Task<bool> TakeAsync<T>(Task<T> task, int unit, Action<T> take)
    {
        try
        {
            var answer = await task;
            _attempts.Succeeded(unit);
            take(answer);
            return true;
        }
        catch (TaskFailedException e)
        {
            if (_attempts.PauseAfter(unit, e) is { } pause)
                PutOff(new Deferral(context.CurrentUtcDateTime + pause, "a failure that may heal by itself"));
            else
                _failure ??= Patience.OfWork.GaveUp(_attempts.FailuresOf(unit), e);
            return false;
        }
    }

    void TakeReplay(ReplayAnswer answer)
    {
        _replayAfter = answer.Next;
        if (answer.Deferral is { } deferral)
            PutOff(deferral);
        else
            _replays = answer.Next is not null;
    }

    void TakePage(PageAnswer answer)
    {
        if (answer.Page is not { } page)
        {
            PutOff(answer.Deferral!);
            return;
        }
        _page = page;
        _waiting.UnionWith(page.Batches);
        if (page.Batches.Count > 0)
            Check(page.Rejects);
    }

    void Take(BatchAnswer answer, int number)
    {
        if (answer.Deferral is { } deferral)
        {
            PutOff(deferral);
            _waiting.Add(number);
        }
        else if (answer.Rejects is { } rejects)
            Check(rejects);
    }

    void Check(RejectTotal rejects)
    {
        if (rejects.IsOver)
            _failure ??= new MigrationException(
                TenantVerdict.OverLimit(state.Entity.Tenant.TenantKey, rejects.Rows, rejects.Limit));
    }

    // What is running ends first; the entity then rests as a whole until the latest of its reasons is over.
    void PutOff(Deferral deferral)
    {
        if (_pause is null || deferral.NotBefore > _pause.NotBefore)
            _pause = deferral;
    }

    async Task PauseAsync()
    {
        _budget.Charge();
        await Pause.UntilAsync(context, _pause!);
        _pause = null;
    }

    /// <returns>True when the pages are to be gone through again.</returns>
    async Task<bool> CompleteAsync()
    {
        var lacksBatches = false;
        await TakeAsync(
            Call<EntityAnswer>(nameof(CompleteActivity.CompleteEntity), state.Entity), Completion, answer =>
            {
                lacksBatches = answer.LacksBatches;
                _isComplete = !lacksBatches && answer.Deferral is null;
                AccountFailure = answer.Failure;
                if (answer.Deferral is { } deferral)
                    PutOff(deferral);
            });
        if (lacksBatches && state.Pass == MaxPasses)
            throw new MigrationException(new Problem(
                ErrorCodes.BatchesLost, $"{state.Entity.Entity} of tenant {state.Entity.Tenant.TenantKey}",
                $"After {MaxPasses} passes there are still batches that are planned and not done.",
                "Look why the target loses committed transactions (fsync, failovers); then start again."));
        return lacksBatches;
    }

    Task<T> Call<T>(string activity, object input)
    {
        _budget.Charge();
        return context.CallActivityAsync<T>(activity, input);
    }
}
