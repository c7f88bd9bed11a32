using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Limits;

/// <summary>The patience of one activity: a few seconds, in ever longer steps that differ from worker to worker. After
/// that the work is put off, so that an activity never occupies its worker for long.</summary>
public sealed class SlotWait(IRunLimits limits, RunContext run, TimeProvider clock)
{
    /// <summary>Longest wait of an activity for a slot.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    static readonly TimeSpan FirstStep = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(200);

    readonly DateTimeOffset _until = clock.GetUtcNow() + Patience;
    TimeSpan _step = FirstStep;

    /// <summary>Returns true when a slot was free a moment ago, false when patience has ended.</summary>
    public async Task<bool> UntilFreeAsync(SlotKind kind, CancellationToken cancellationToken)
    {
        do
        {
            if (clock.GetUtcNow() >= _until)
                return false;
            await Task.Delay(_step * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
            _step = _step * 2 > LongestStep ? LongestStep : _step * 2;
        }
        while (!await limits.HasFreeAsync(run, kind, cancellationToken));
        return true;
    }

    /// <summary>A reader's slot, or null when patience has ended.</summary>
    public async Task<IAsyncDisposable?> TakeReaderAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (await limits.TryTakeReaderAsync(run, cancellationToken) is { } slot)
                return slot;
        }
        while (await UntilFreeAsync(SlotKind.Reader, cancellationToken));
        return null;
    }
}
